/** `lockstep export`: a trained policy as a file for other programs, checked against the device. */

import type { EnvironmentDefinition } from '../environments/definition';
import { TOLERANCE } from '../export/check-export';
import type { SavedPolicy } from '../trainer/saved-policy';
import { type DeviceServices, type OpenGpu, withGpu } from './device';
import type { Artefact } from './export-formats';
import { besidePath, checkOther, EXTENSIONS, type ExportFormat, fileNameOf } from './export-names';
import { quote } from './flag-values';
import type { CommandLine } from './flags';
import { formatInteger } from './numbers';
import type { Terminal } from './terminal';
import { refusing, UsageError } from './usage-error';
import type { Verification } from './verify-export';

/** What the commands need from other rooms, so that a test can replace it. */
export interface PolicyExchange<G extends OpenGpu> {
  /**
   * The policy of a run folder, a checkpoint or a policy file, and the file that it is in; errors
   * begin with the path.
   */
  findPolicy(path: string): Promise<{ readonly path: string; readonly saved: SavedPolicy }>;
  makeExport(format: ExportFormat, saved: SavedPolicy, agent: number): Promise<Artefact>;
  /** @throws ExportError if the export does not do what the device does. */
  verifyExport(
    gpu: G,
    saved: SavedPolicy,
    agent: number,
    name: string,
    artefact: Artefact,
  ): Promise<Verification>;
  /** Errors begin with the path. */
  importPolicy(path: string, environment: EnvironmentDefinition): Promise<SavedPolicy>;
  /** Errors begin with the path. */
  checkWritable(path: string): Promise<void>;
  /** Writes a file whole or not at all; errors begin with the path. */
  writeBytes(path: string, bytes: Uint8Array): Promise<void>;
}

export interface ExportServices<G extends OpenGpu> extends DeviceServices<G> {
  readonly exchange: PolicyExchange<G>;
}

function formatOf({ format }: CommandLine): ExportFormat {
  const formats = Object.keys(EXTENSIONS);
  if (format !== undefined && formats.includes(format)) return format as ExportFormat;
  const found = format === undefined ? 'is missing' : quote(format);
  throw new UsageError(`--format ${found}; it must be one of ${formats.join(', ')}`);
}

interface OutputFile {
  readonly path: string;
  readonly bytes: Uint8Array;
}

/** The files of an export; the export itself comes last, so that it never lies there alone. */
function outputFiles(path: string, { bytes, beside }: Artefact): OutputFile[] {
  const others = Object.entries(beside).map(([suffix, own]) => ({
    ...{ path: besidePath(path, suffix), bytes: own },
  }));
  return [...others, { path, bytes }];
}

/** @returns the exit code. */
export async function exportPolicy<G extends OpenGpu>(
  line: CommandLine,
  services: ExportServices<G>,
  terminal: Terminal,
): Promise<number> {
  const { stdout, stderr } = terminal;
  const { exchange } = services;
  const { agent } = line;
  const format = formatOf(line);
  const { path: source, saved } = await refusing(exchange.findPolicy(line.operands[0]!));
  const { id: environment } = saved.environment;
  const path = line.out ?? fileNameOf(environment, EXTENSIONS[format]);
  const artefact = await exchange.makeExport(format, saved, agent);
  const files = outputFiles(path, artefact);
  for (const file of files) checkOther(file.path, source, 'the policy that is exported');
  for (const file of files) await refusing(exchange.checkWritable(file.path), '--out ');
  const announce = ({ adapter }: G): void => void stderr.write(`comparing with ${adapter.name}\n`);
  const verification = await withGpu(services, line, { stderr, announce }, async (gpu) => {
    return exchange.verifyExport(gpu, saved, agent, path, artefact);
  });
  for (const file of files) await exchange.writeBytes(file.path, file.bytes);
  const names = files.map((file) => file.path).reverse();
  const record = { format, source, environment, agent, files: names, ...verification };
  stdout.write(`${line.json ? JSON.stringify(record) : formatExport(record, artefact)}\n`);
  return 0;
}

interface ExportRecord extends Verification {
  readonly source: string;
  readonly environment: string;
  readonly agent: number;
  readonly files: readonly string[];
}

const ABOUT = { json: 'what it takes and gives', types: 'its types' } as const;

function formatExport(record: ExportRecord, { bytes }: Artefact): string {
  const { source, environment, agent, files, observations, differences } = record;
  const { choices: _, ...numbers } = differences;
  const apart = Math.max(...Object.values(numbers).map((value) => value ?? 0));
  const [file, ...others] = files;
  return [
    `${file}: the policy of agent ${agent} for ${environment}, ` +
      `${formatInteger(bytes.length)} bytes`,
    ...others.map((other) => `${other}: ${ABOUT[other.endsWith('.json') ? 'json' : 'types']}`),
    `from ${source}; for ${formatInteger(observations)} observations it is within ` +
      `${apart.toExponential(1)} of the device (at most ${TOLERANCE} is allowed)`,
  ].join('\n');
}
