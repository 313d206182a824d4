/** Parameters of a population as a safetensors file that says what they are parameters of. */
import { readFile, stat } from 'node:fs/promises';
import type { PpoConfig } from '../config';
import { reasonOf } from './file-error';
import { decodeSafetensors, encodeSafetensors, SafetensorsError } from './safetensors';
import { tryToWrite, writeWhole } from './write-whole';

/** Of this use of the format; it rises when older readers would misread a file. */
const VERSION = '1';
const TENSOR = 'parameters';
/** Written to see whether a disk is full already: about the smallest policy. */
const TRIED_BYTES = 4096;

/** The config fields that decide what a parameter is for; files keep them, and readers compare. */
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

/** What parameters belong to. */
export interface ParametersOf {
  /** Id of the environment. */
  readonly environment: string;
  /** Complete configuration of the run, as in `Trainer.config`. */
  readonly config: PpoConfig;
}

/** A file that cannot be read, cannot be written, or holds something else; names the path. */
export class ParametersFileError extends Error {
  override readonly name = 'ParametersFileError';
}

function describe({ environment, config }: ParametersOf): Record<string, string> {
  return {
    version: VERSION,
    environment,
    ...Object.fromEntries(NETWORK_FIELDS.map((key) => [key, JSON.stringify(config[key])])),
    critic: String(config.advantageEstimator !== 'group'),
  };
}

/**
 * Writes all agents' parameters; whoever reads the path meets the whole file or the one before.
 * @param parameters [K][P], of `Trainer.parameters`
 * @throws ParametersFileError naming the path and the system's reason.
 */
export async function writeParameters(
  path: string,
  parameters: Float32Array,
  of: ParametersOf,
): Promise<void> {
  const agents = of.config.numAgents;
  const shape = [agents, parameters.length / agents];
  const bytes = encodeSafetensors({
    name: TENSOR,
    shape,
    values: parameters,
    metadata: describe(of),
  });
  try {
    await writeWhole(path, bytes);
  } catch (error) {
    throw new ParametersFileError(`${path}: cannot be written: ${reasonOf(error)}`);
  }
}

/**
 * Reads parameters for a run: [K][P], or of a file with one agent [P], for all agents alike.
 * @throws ParametersFileError where the file cannot be read, is no safetensors file with those
 * numbers, or belongs to another environment, network or population; it names both values.
 */
export async function readParameters(path: string, of: ParametersOf): Promise<Float32Array> {
  const { shape, values, metadata } = decode(path, await readBytes(path));
  const problems = Object.entries(describe(of)).flatMap(([key, wanted]) =>
    metadata[key] === wanted
      ? []
      : [`${key} is ${metadata[key] ?? 'not said'} in the file, but ${wanted} in this run`],
  );
  const { numAgents } = of.config;
  if (shape.length !== 2) {
    problems.push(`${TENSOR} has shape [${shape.join(', ')}]; it may be [agents, parameters]`);
  } else if (shape[0] !== numAgents && shape[0] !== 1) {
    problems.push(`it has ${shape[0]} agents, but this run ${numAgents} (numAgents); 1 fits all`);
  }
  if (problems.length > 0) throw new ParametersFileError(`${path}: ${problems.join('; ')}`);
  return values;
}

async function readBytes(path: string): Promise<Uint8Array> {
  try {
    return await readFile(path);
  } catch (error) {
    throw new ParametersFileError(`${path}: cannot be read: ${reasonOf(error)}`);
  }
}

function decode(path: string, bytes: Uint8Array): ReturnType<typeof decodeSafetensors> {
  try {
    return decodeSafetensors(bytes, TENSOR);
  } catch (error) {
    if (!(error instanceof SafetensorsError)) throw error;
    throw new ParametersFileError(`${path}: ${error.message}`);
  }
}

/**
 * Tries whether parameters could be written there; leaves everything as it was.
 * @throws ParametersFileError saying why not.
 */
export async function checkWritable(path: string): Promise<void> {
  try {
    const found = await stat(path).catch(() => undefined);
    if (found && !found.isFile()) throw new Error('it is there, and no regular file');
    await tryToWrite(path, TRIED_BYTES);
  } catch (error) {
    throw new ParametersFileError(`${path}: cannot be written: ${reasonOf(error)}`);
  }
}
