/** Trainers of the shared workload that keep their run, as `lockstep train` does, or do not. */
import { RunKeeper } from '../../src/cli/run-keeper';
import type { PpoConfig } from '../../src/config/ppo-config';
import { findEnvironment } from '../../src/environments/index';
import type { Gpu } from '../../src/gpu/device';
import { describePlan } from '../../src/network/kernel-plan';
import { RunFolder } from '../../src/node/run-folder';
import { createTrainer } from '../../src/trainer/create-trainer';
import type { IterationReport } from '../../src/trainer/metrics';
import type { Trainer } from '../../src/trainer/trainer';
import type { Runner } from './alternate';
import { SHARED_WORKLOAD } from './participants';

/** Iterations between two checkpoints. */
export const INTERVAL = 10;
const { environment: ID, envs, steps, epochs, minibatches } = SHARED_WORKLOAD;
const CONFIG: Partial<PpoConfig> = {
  ...{ numEnvs: envs, numSteps: steps, updateEpochs: epochs, numMinibatches: minibatches },
  ...{ hiddenSizes: [64, 64], totalTimesteps: 2 ** 48, annealLr: false },
};

/** A trainer that trains in turns and keeps its run or does not. */
export class Training implements Runner {
  constructor(
    readonly trainer: Trainer,
    private readonly keep: (report: IterationReport) => Promise<void>,
  ) {}

  async run(seconds: number): Promise<{ steps: number; seconds: number }> {
    const begin = performance.now();
    let first: number | undefined;
    for await (const report of this.trainer) {
      await this.keep(report);
      first ??= report.timesteps - envs * steps;
      const passed = (performance.now() - begin) / 1000;
      if (passed >= seconds) return { steps: report.timesteps - first, seconds: passed };
    }
    throw new Error('the run has ended');
  }
}

async function createShared(gpu: Gpu): Promise<Trainer> {
  return createTrainer({ gpu, environment: findEnvironment(ID), config: CONFIG });
}

/** Training alone. */
export async function startAlone(gpu: Gpu): Promise<Training> {
  return new Training(await createShared(gpu), async () => {});
}

/** Training that writes logs, and a checkpoint every INTERVAL iterations, to a folder. */
export async function startKept(gpu: Gpu, folder: string): Promise<Training> {
  const trainer = await createShared(gpu);
  const run = await RunFolder.create(
    folder,
    {
      ...{ environment: ID, config: trainer.config, adapter: gpu.adapter.name },
      plan: describePlan(trainer.plan),
    },
    { keep: 3, warn: console.warn },
  );
  const keeper = new RunKeeper({
    ...{ run, trainer, interval: INTERVAL, bestReturn: -Infinity, warn: console.warn },
    ...{ begin: { iteration: 0, timesteps: 0 }, now: () => performance.now() },
  });
  return new Training(trainer, (report) => keeper.report(report));
}
