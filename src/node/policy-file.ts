/**
 * Stores the policies of a population, with the environment and network they are for, as
 * safetensors.
 */

import { readFile, stat } from 'node:fs/promises';
import { ESTIMATORS } from '../config/estimators';
import type { PpoConfig } from '../config/ppo-config';
import type { RunningStatistics } from '../kernels/running-moments';
import type { Policy } from '../trainer/policy';
import { reasonOf } from './file-error';
import {
  decodeSafetensors,
  encodeSafetensors,
  SafetensorsError,
  type Tensor,
  type TensorFile,
} from './safetensors';
import { tryToWrite, writeWhole } from './write-whole';

/** Version of the file's content; raised if older readers would misread it. */
const VERSION = '2';
/** Files of this version never have statistics. */
const VERSION_OF_PARAMETERS_ALONE = '1';

const PARAMETERS = 'parameters';
/** The statistics of a policy, by the first part of their tensors' names. */
const STATISTICS = { observations: 'observationStatistics', returns: 'returnStatistics' } as const;
/** The second part of the names; each tensor is float64 [agents, fields]. */
const QUANTITIES = ['count', 'mean', 'variance'] as const;

/** Bytes written to test whether the disk is full: about the smallest policy. */
const TRIED_BYTES = 4096;

/** The config fields that a policy must agree with; stored in files and compared by readers. */
const NETWORK_FIELDS = [
  'hiddenSizes',
  'activation',
  'criticActivation',
  'sharedTrunk',
  'layerNorm',
  'squashActions',
  'stateDependentStd',
  'normObs',
] as const satisfies readonly (keyof PpoConfig)[];

/** The environment and configuration that a policy belongs to. */
export interface PolicyOwner {
  /** Id of the environment. */
  readonly environment: string;
  /** Complete configuration of the run, as in `Trainer.config`. */
  readonly config: PpoConfig;
}

/** A file that cannot be read or written, or does not hold a fitting policy; names the path. */
export class PolicyFileError extends Error {
  override readonly name = 'PolicyFileError';
}

function describe({ environment, config }: PolicyOwner): Record<string, string> {
  return {
    environment,
    ...Object.fromEntries(NETWORK_FIELDS.map((key) => [key, JSON.stringify(config[key])])),
    critic: String(ESTIMATORS[config.advantageEstimator].critic),
  };
}

/**
 * Writes all agents' policies; readers of the path see either the old file or the complete new one.
 * @param policy of `Trainer.policy`
 * @throws PolicyFileError naming the path and the system's reason.
 */
export async function writePolicy(path: string, policy: Policy, of: PolicyOwner): Promise<void> {
  const agents = of.config.numAgents;
  const tensor = (values: Tensor['values']): Tensor => ({
    shape: [agents, values.length / agents],
    values,
  });
  const tensors: Record<string, Tensor> = { [PARAMETERS]: tensor(policy.parameters) };
  for (const [prefix, key] of Object.entries(STATISTICS)) {
    const statistics = policy[key];
    if (!statistics) continue;
    for (const name of QUANTITIES) tensors[`${prefix}.${name}`] = tensor(statistics[name]);
  }
  const metadata = { version: VERSION, ...describe(of) };
  try {
    await writeWhole(path, encodeSafetensors({ tensors, metadata }));
  } catch (error) {
    throw new PolicyFileError(`${path}: cannot be written: ${reasonOf(error)}`);
  }
}

/**
 * Reads the policies of a run, one per agent or one for all agents. A file of version 1 has no
 * statistics; if the run needs them (normObs), pass only its parameters to `createTrainer`.
 * @throws PolicyFileError if the file cannot be read, is not a safetensors file with these tensors,
 * or belongs to another environment, network or population (naming both values).
 */
export async function readPolicy(path: string, of: PolicyOwner): Promise<Policy> {
  const file = decode(path, await readBytes(path));
  const problems = [
    ...ownerProblems(file.metadata, of),
    ...tensorProblems(file, of.config),
    ...populationProblems(file.tensors, of.config),
  ];
  if (problems.length > 0) throw new PolicyFileError(`${path}: ${problems.join('; ')}`);
  return {
    parameters: file.tensors[PARAMETERS]!.values as Float32Array,
    observationStatistics: statisticsOf(file, 'observations'),
    returnStatistics: statisticsOf(file, 'returns'),
  };
}

function ownerProblems(metadata: TensorFile['metadata'], of: PolicyOwner): string[] {
  const { version } = metadata;
  const readable = [VERSION_OF_PARAMETERS_ALONE, VERSION];
  const wanted = `this release reads ${readable.join(' and ')}`;
  return [
    ...(readable.includes(version ?? '')
      ? []
      : [`version is ${version ?? 'missing'} in the file, but ${wanted}`]),
    ...Object.entries(describe(of)).flatMap(([key, value]) =>
      metadata[key] === value
        ? []
        : [`${key} is ${metadata[key] ?? 'missing'} in the file, but ${value} in this run`],
    ),
  ];
}

/** Problems of missing tensors, or of wrong number types. */
function tensorProblems({ tensors, metadata }: TensorFile, { normObs }: PpoConfig): string[] {
  const old = metadata.version === VERSION_OF_PARAMETERS_ALONE;
  const needed = normObs && !old ? statisticsNames('observations') : [];
  // If one of the three is there, all must be.
  const returns = statisticsNames('returns');
  const given = returns.some((name) => tensors[name]) ? returns : [];
  const missing = [PARAMETERS, ...needed, ...given].filter((name) => !tensors[name]);
  const found = Object.keys(tensors).join(', ') || 'no tensor of floats';
  if (missing.length > 0) return [`it holds ${found}; it must hold ${missing.join(', ')}`];
  const { values } = tensors[PARAMETERS]!;
  return values instanceof Float32Array ? [] : [`${PARAMETERS} has dtype F64; it must be F32`];
}

function populationProblems(tensors: TensorFile['tensors'], { numAgents }: PpoConfig): string[] {
  const shape = tensors[PARAMETERS]?.shape ?? [numAgents, 0];
  if (shape.length !== 2) {
    return [`${PARAMETERS} has shape [${shape.join(', ')}]; it must be [agents, parameters]`];
  }
  if (shape[0] === numAgents || shape[0] === 1) return [];
  return [
    `it has ${shape[0]} agents, but numAgents is ${numAgents}; it must have as many, or 1 for all`,
  ];
}

function statisticsNames(prefix: keyof typeof STATISTICS): string[] {
  return QUANTITIES.map((name) => `${prefix}.${name}`);
}

function statisticsOf(
  { tensors }: TensorFile,
  prefix: keyof typeof STATISTICS,
): RunningStatistics | undefined {
  const found = statisticsNames(prefix).map((name) => tensors[name]?.values);
  const [count, mean, variance] = found.map((values) => values && Float64Array.from(values));
  return count && mean && variance && { count, mean, variance };
}

async function readBytes(path: string): Promise<Uint8Array> {
  try {
    return await readFile(path);
  } catch (error) {
    throw new PolicyFileError(`${path}: cannot be read: ${reasonOf(error)}`);
  }
}

function decode(path: string, bytes: Uint8Array): TensorFile {
  try {
    return decodeSafetensors(bytes);
  } catch (error) {
    if (!(error instanceof SafetensorsError)) throw error;
    throw new PolicyFileError(`${path}: ${error.message}`);
  }
}

/**
 * Checks that a policy can be written to the path; changes nothing.
 * @throws PolicyFileError with the reason if not.
 */
export async function checkWritable(path: string): Promise<void> {
  try {
    const found = await stat(path).catch(() => undefined);
    if (found && !found.isFile()) throw new Error('it exists and is not a regular file');
    await tryToWrite(path, TRIED_BYTES);
  } catch (error) {
    throw new PolicyFileError(`${path}: cannot be written: ${reasonOf(error)}`);
  }
}
