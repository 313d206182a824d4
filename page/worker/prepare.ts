/** From what somebody asks for to a trainer: a new run, or one out of a file. */
import {
  type Checkpoint,
  createTrainer,
  decodeCheckpoint,
  type EnvironmentDefinition,
  findEnvironment,
  type Gpu,
  restoreTrainer,
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
  /** Undefined where the run came from a file. */
  readonly setup: RunSetup | undefined;
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
  return { trainer, environment, start, setup };
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
  const { environment, snapshot } = checkpoint;
  const trainer = await restoreTrainer({ gpu, checkpoint });
  const { iteration, seconds: active } = snapshot.counters;
  return { trainer, environment, start: { iteration, active, changes: [] }, setup: undefined };
}

export function factsOf({ trainer, environment, start, setup }: Prepared): RunFacts {
  const { id, action, rewardThreshold } = environment;
  const { config } = trainer;
  const { iteration } = start;
  const own = setup ? setup.environment : worldOf(environment);
  const world = typeof own === 'string' ? undefined : own;
  return { environment: id, world, config, action, rewardThreshold, iteration, setup };
}
