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
import type { RunStart } from './run';

/** A trainer, and where its run stands. */
export interface Prepared {
  readonly trainer: Trainer;
  readonly environment: EnvironmentDefinition;
  readonly start: RunStart;
  /** Undefined where the run came from a file. */
  readonly setup: RunSetup | undefined;
}

export async function prepare(gpu: Gpu, setup: RunSetup): Promise<Prepared> {
  const environment = findEnvironment(setup.environment);
  const trainer = await createTrainer({ gpu, environment, config: setup.config });
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
  return { environment: id, config, action, rewardThreshold, iteration, setup };
}
