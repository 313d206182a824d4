/** Files of policies: those that `writePolicy` writes, and checkpoints, which have policies too. */
import { readFile, stat } from 'node:fs/promises';
import { ESTIMATORS } from '../config/estimators';
import type { PpoConfig } from '../config/ppo-config';
import type { EnvironmentDefinition } from '../environments/definition';
import type { Policy } from '../trainer/policy';
import { SavedFileError } from '../trainer/saved-file';
import { decodePolicy, encodePolicy, type SavedPolicy } from '../trainer/saved-policy';
import { reasonOf } from './file-error';
import { tryToWrite, writeWhole } from './write-whole';

/** Bytes written to test whether the disk is full: about the smallest policy. */
const TRIED_BYTES = 4096;

/** The config fields that a policy must agree with. */
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
  /** The environment, from `findEnvironment` or `defineEnvironment`. */
  readonly environment: Pick<EnvironmentDefinition, 'id'>;
  /** Complete configuration of the run, as in `Trainer.config`. */
  readonly config: PpoConfig;
}

/** A file that cannot be read or written, or does not hold a fitting policy; names the path. */
export class PolicyFileError extends Error {
  override readonly name = 'PolicyFileError';
}

/**
 * Writes all agents' policies; readers of the path see either the old file or the complete new one.
 * @throws PolicyFileError naming the path and the system's reason.
 */
export async function writePolicy(path: string, saved: SavedPolicy): Promise<void> {
  await writeFileWhole(path, encodePolicy(saved));
}

/**
 * Writes a file that a policy was made into, whole or not at all.
 * @throws PolicyFileError naming the path and the system's reason.
 */
export async function writeFileWhole(path: string, bytes: Uint8Array): Promise<void> {
  try {
    await writeWhole(path, bytes);
  } catch (error) {
    throw new PolicyFileError(`${path}: cannot be written: ${reasonOf(error)}`, { cause: error });
  }
}

/**
 * Reads the policies in a file of `writePolicy` or in a checkpoint.
 * @throws PolicyFileError if the file cannot be read or holds no policy.
 */
export async function readSavedPolicy(path: string): Promise<SavedPolicy> {
  const bytes = await readBytes(path);
  try {
    return decodePolicy(bytes);
  } catch (error) {
    if (!(error instanceof SavedFileError)) throw error;
    throw new PolicyFileError(`${path}: ${error.message}`, { cause: error });
  }
}

/**
 * Reads the policies for a run, one per agent or one for all agents.
 * @throws PolicyFileError if the file cannot be read, holds no policy, or belongs to another
 * environment, network or population (naming both values).
 */
export async function readPolicy(path: string, of: PolicyOwner): Promise<Policy> {
  const saved = await readSavedPolicy(path);
  const problems = ownerProblems(saved, of);
  if (problems.length > 0) throw new PolicyFileError(`${path}: ${problems.join('; ')}`);
  return saved.policy;
}

function describe({ environment, config }: PolicyOwner): Record<string, string> {
  return {
    environment: environment.id,
    ...Object.fromEntries(NETWORK_FIELDS.map((key) => [key, JSON.stringify(config[key])])),
    critic: String(ESTIMATORS[config.advantageEstimator].critic),
  };
}

function ownerProblems(saved: SavedPolicy, of: PolicyOwner): string[] {
  const inFile = describe(saved);
  const problems = Object.entries(describe(of)).flatMap(([key, value]) =>
    inFile[key] === value ? [] : [`${key} is ${inFile[key]} in the file, but ${value} in this run`],
  );
  const { numAgents: found } = saved.config;
  const { numAgents } = of.config;
  if (found !== numAgents && found !== 1) {
    const wanted = 'it must have as many, or 1 for all';
    problems.push(`it has ${found} agents, but numAgents is ${numAgents}; ${wanted}`);
  }
  return problems;
}

async function readBytes(path: string): Promise<Uint8Array> {
  try {
    return await readFile(path);
  } catch (error) {
    throw new PolicyFileError(`${path}: cannot be read: ${reasonOf(error)}`, { cause: error });
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
    throw new PolicyFileError(`${path}: cannot be written: ${reasonOf(error)}`, { cause: error });
  }
}
