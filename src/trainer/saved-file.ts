/**
 * What the bytes of saved policies and checkpoints have in common: tensors in the safetensors
 * format, whose metadata describe the run that they come from.
 */
import isDeepEqual from 'fast-deep-equal';
import { findProblems } from '../config/check';
import { ConfigError } from '../config/config-error';
import type { PpoConfig } from '../config/ppo-config';
import { sameTables, tableValues } from '../environments/data-table';
import {
  checkedEnvironment,
  type EnvironmentDefinition,
  EnvironmentError,
} from '../environments/definition';
import { isFields } from '../environments/described-value';
import { crc32c } from '../formats/crc32c';
import {
  decodeSafetensors,
  encodeSafetensors,
  SafetensorsError,
  type TensorData,
  type TensorFile,
} from '../formats/safetensors';

/** Raised when older releases would misread the content. */
const VERSION = '3';
/** What marks a safetensors file as one of Lockstep's. */
const FORMAT = 'lockstep';

export type SavedKind = 'policy' | 'checkpoint';

/** The run that something was saved from. */
export interface SavedRun {
  readonly kind: SavedKind;
  /** Complete, with the text of its module. */
  readonly environment: EnvironmentDefinition;
  /** Complete configuration, as in `Trainer.config`. */
  readonly config: PpoConfig;
}

export interface SavedFile extends SavedRun {
  readonly tensors: Readonly<Record<string, TensorData>>;
  /** Further descriptions, by their key in the metadata. */
  readonly details: Readonly<Record<string, unknown>>;
}

/**
 * Bytes that are no saved policy or checkpoint, are damaged, or do not fit the run; the message
 * continues after the name of a file.
 */
export class SavedFileError extends Error {
  override readonly name = 'SavedFileError';
}

/**
 * An environment without what is not saved: its defaults, which `config` contains, and the elements
 * of its tables, which are tensors.
 */
function described({ defaults: _, tables, ...environment }: EnvironmentDefinition): object {
  if (!tables) return environment;
  const types = Object.entries(tables).map(([name, { type }]) => [name, { type }]);
  return { ...environment, tables: Object.fromEntries(types) };
}

/** Begins the names of tensors that are data tables of the environment. */
const TABLE = 'tables.';

function tableTensors({ tables = {} }: EnvironmentDefinition): Record<string, TensorData> {
  const tensors = Object.entries(tables).map(([name, table]): [string, TensorData] => {
    const values = tableValues(table);
    return [`${TABLE}${name}`, { shape: [values.length], values }];
  });
  return Object.fromEntries(tensors);
}

/** The description with the elements of its tables, and the other tensors. */
function withTables(described: unknown, all: TensorFile['tensors']) {
  const entries = Object.entries(all);
  const tensors = Object.fromEntries(entries.filter(([name]) => !name.startsWith(TABLE)));
  if (!isFields(described) || !isFields(described.tables)) return { described, tensors };
  const tables = Object.entries(described.tables).map(([name, table]) => {
    const values = all[`${TABLE}${name}`]?.values;
    return [name, { ...(isFields(table) ? table : {}), values }];
  });
  return { described: { ...described, tables: Object.fromEntries(tables) }, tensors };
}

/** An environment as it is once it was saved and read. */
export function asSaved(environment: EnvironmentDefinition): Partial<EnvironmentDefinition> {
  return JSON.parse(JSON.stringify(described(environment), asText), asNumber);
}

/** What must agree, so that states and policies of one environment are those of the other. */
const SAME = [
  ...(['id', 'shader', 'params', 'metrics', 'observationFormat', 'action', 'actionMask'] as const),
  ...(['maxEpisodeSteps', 'players'] as const),
] as const;

/** An environment whose ranges, which change during a run, are all alike. */
function withoutRanges(environment: EnvironmentDefinition): EnvironmentDefinition {
  const { params } = environment;
  if (!params) return environment;
  const plain = Object.entries(params).map(([name, param]) => [
    name,
    typeof param === 'number' ? param : { low: 0, high: 0 },
  ]);
  return { ...environment, params: Object.fromEntries(plain) };
}

/** The parts in which two environments differ; policies of one are at home in the other if none. */
export function environmentDifferences(
  one: EnvironmentDefinition,
  other: EnvironmentDefinition,
): string[] {
  const [a, b] = [asSaved(withoutRanges(one)), asSaved(withoutRanges(other))];
  return [
    ...SAME.filter((key) => !isDeepEqual(a[key], b[key])),
    ...(sameTables(one.tables, other.tables) ? [] : ['tables']),
  ];
}

/** @throws ConfigError unless states of one environment are states of the other. */
export function checkSameEnvironment(
  own: EnvironmentDefinition,
  saved: EnvironmentDefinition,
): void {
  const differing = environmentDifferences(own, saved);
  if (differing.length === 0) return;
  throw new ConfigError([
    `environment ${own.id} differs from that of the checkpoint, ${saved.id}, in ` +
      `${differing.join(', ')}; leave it out to continue with that of the checkpoint`,
  ]);
}

/** Texts that stand for numbers, behind as many backslashes as tell real texts from them. */
const NUMBER_TEXT = /^\\*(?:NaN|-?Infinity)$/;

/** JSON has no numbers that are not finite. */
function asText(_key: string, value: unknown): unknown {
  if (typeof value === 'number' && !Number.isFinite(value)) return String(value);
  return typeof value === 'string' && NUMBER_TEXT.test(value) ? `\\${value}` : value;
}

function asNumber(_key: string, value: unknown): unknown {
  if (typeof value !== 'string' || !NUMBER_TEXT.test(value)) return value;
  return value.startsWith('\\') ? value.slice(1) : Number(value);
}

export function encodeSaved({
  kind,
  environment,
  config,
  tensors: own,
  details,
}: SavedFile): Uint8Array {
  const tensors = { ...own, ...tableTensors(environment) };
  const texts = Object.entries({ environment: described(environment), config, ...details }).map(
    ([key, value]) => [key, JSON.stringify(value, asText)],
  );
  const metadata = { format: FORMAT, kind, version: VERSION, ...Object.fromEntries(texts) };
  const checksum = checksumOf({ tensors, metadata });
  return encodeSafetensors({ tensors, metadata: { ...metadata, checksum } });
}

/**
 * A checksum of all that a file says: the metadata but for the checksum itself, and the tensors.
 */
export function checksumOf({
  tensors,
  metadata: { checksum: _, ...metadata },
}: TensorFile): string {
  const sorted = <T>(record: Readonly<Record<string, T>>): [string, T][] =>
    Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1));
  const sums = sorted(tensors).map(([name, { shape, values }]) => {
    const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
    return [name, shape, values.constructor.name, crc32c(bytes)];
  });
  const text = JSON.stringify([sorted(metadata), sums]);
  return crc32c(new TextEncoder().encode(text)).toString(16).padStart(8, '0');
}

/**
 * @param kinds what the caller can use
 * @throws SavedFileError for everything else.
 */
export function decodeSaved(bytes: Uint8Array, kinds: readonly SavedKind[]): SavedFile {
  const { tensors, metadata } = decodeBytes(bytes);
  const { format, kind, version, checksum, ...texts } = metadata;
  if (format !== FORMAT) {
    throw new SavedFileError('holds no policy of this library: its metadata do not say "lockstep"');
  }
  if (version !== VERSION) {
    throw new SavedFileError(
      `has version ${version ?? 'none'} of the format, but this release reads ${VERSION}`,
    );
  }
  if (!kinds.includes(kind as SavedKind)) {
    throw new SavedFileError(`holds a ${kind}; it must be a ${kinds.join(' or ')}`);
  }
  if (checksum !== checksumOf({ tensors, metadata })) {
    throw new SavedFileError('is damaged: its content does not have the checksum that it names');
  }
  const { environment, config, ...details } = parseTexts(texts);
  const { described: whole, tensors: own } = withTables(environment, tensors);
  return {
    kind: kind as SavedKind,
    ...checkedRun(whole, config),
    tensors: own,
    details,
  };
}

function decodeBytes(bytes: Uint8Array): ReturnType<typeof decodeSafetensors> {
  try {
    return decodeSafetensors(bytes);
  } catch (error) {
    if (!(error instanceof SafetensorsError)) throw error;
    throw new SavedFileError(error.message);
  }
}

function parseTexts(texts: Readonly<Record<string, string>>): Record<string, unknown> {
  const parse = ([key, text]: [string, string]): readonly [string, unknown] => {
    try {
      return [key, JSON.parse(text, asNumber)];
    } catch {
      throw new SavedFileError(`is damaged: ${key} in its metadata is not JSON`);
    }
  };
  return Object.fromEntries(Object.entries(texts).map(parse));
}

/** Fields that files of this version may lack, with what runs did before there were any. */
const ADDED_FIELDS = { staggerResets: false, opponents: 8, opponentInterval: 10 } as const;

function checkedRun(described: unknown, config: unknown): Pick<SavedRun, 'environment' | 'config'> {
  if (typeof config !== 'object' || config === null) {
    throw new SavedFileError('is damaged: its metadata have no config');
  }
  const environment = checkedDescription(described);
  const complete = { ...ADDED_FIELDS, ...config } as PpoConfig;
  const problems = findProblems(complete, [], environment).map(({ sentence }) => sentence);
  if (problems.length > 0) {
    throw new SavedFileError(`has a config that this release refuses: ${problems.join('; ')}`);
  }
  return { environment, config: complete };
}

function checkedDescription(described: unknown): EnvironmentDefinition {
  try {
    return checkedEnvironment(described);
  } catch (error) {
    if (!(error instanceof EnvironmentError)) throw error;
    throw new SavedFileError(`has an environment that this release refuses: ${error.message}`);
  }
}
