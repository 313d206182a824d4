/** From what somebody asks for to a trainer: a new run, one out of a file, or a fork. */
import {
  type Checkpoint,
  createTrainer,
  decodeCheckpoint,
  type EnvironmentDefinition,
  findEnvironment,
  type Gpu,
  type PpoConfig,
  restoreTrainer,
  selectAgents,
  type Trainer,
} from '../../src/index';
import type { RunFacts, RunSetup } from '../messages';
import { definitionOf, worldErrorOf, worldOf } from './own-world';
import type { RunStart } from './run';

/** A trainer, and where its run stands. */
export interface Prepared {
  readonly trainer: Trainer;
  readonly environment: EnvironmentDefinition;
  readonly start: RunStart;
  /** Undefined where the run came from a file or a fork. */
  readonly setup: RunSetup | undefined;
  readonly isFork: boolean;
}

/** @throws WorldError for what is wrong in somebody's own world */
export async function prepare(gpu: Gpu, setup: RunSetup): Promise<Prepared> {
  const { environment: wanted, config } = setup;
  const isOwn = typeof wanted !== 'string';
  const environment = isOwn ? definitionOf(wanted) : findEnvironment(wanted);
  const trainer = await createTrainer({ gpu, environment, config }).catch((error: unknown) => {
    throw isOwn ? worldErrorOf(error, environment) : error;
  });
  const start = { iteration: 0, active: 0, changes: setup.changes };
  return { trainer, environment, start, setup, isFork: false };
}

/** @throws Error in words that follow "The file" */
export function checkpointOf(bytes: Uint8Array): Checkpoint {
  const checkpoint = decodeCheckpoint(bytes);
  const { id, host } = checkpoint.environment;
  if (!host) return checkpoint;
  throw new Error(
    `is a run of ${id}, which steps on the host; the page can only continue runs of ` +
      'environments that step on the device',
  );
}

export async function prepareFile(gpu: Gpu, checkpoint: Checkpoint): Promise<Prepared> {
  const { environment } = checkpoint;
  const trainer = await restoreTrainer({ gpu, checkpoint });
  const start = startOf(checkpoint);
  return { trainer, environment, start, setup: undefined, isFork: false };
}

function startOf({ snapshot }: Checkpoint): RunStart {
  const { iteration, seconds: active } = snapshot.counters;
  return { iteration, active, changes: [] };
}

/**
 * One more agent beside those of a run: a copy of the first, with other fields.
 * @throws ConfigError for values that are not allowed.
 */
export async function prepareFork(
  gpu: Gpu,
  trainer: Trainer,
  environment: EnvironmentDefinition,
  changes: Partial<PpoConfig>,
): Promise<Prepared> {
  const saved = decodeCheckpoint(await trainer.save());
  const { config } = saved.snapshot;
  const agents = [...Array(config.numAgents).keys()];
  const snapshot = selectAgents(saved.snapshot, [...agents, 0]);
  const checkpoint = { ...saved, snapshot };
  const forked = Object.fromEntries(
    Object.entries(changes).map(([key, value]) => {
      const before = config[key as keyof PpoConfig];
      const all = agents.map((agent) => (Array.isArray(before) ? before[agent] : before));
      return [key, [...all, value]];
    }),
  );
  const both = await restoreTrainer({ gpu, checkpoint, environment, config: forked });
  const start = startOf(checkpoint);
  return { trainer: both, environment, start, setup: undefined, isFork: true };
}

export function factsOf({ trainer, environment, start, setup, isFork }: Prepared): RunFacts {
  const { id, action, rewardThreshold } = environment;
  const { config } = trainer;
  const { iteration } = start;
  const own = setup ? setup.environment : worldOf(environment);
  const world = typeof own === 'string' ? undefined : own;
  const facts = { config, action, rewardThreshold, iteration, setup, isFork };
  return { environment: id, world, ...facts };
}
