/** What it costs to keep a run: training with logs and checkpoints against training alone. */
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RunKeeper } from '../src/cli/run-keeper';
import type { PpoConfig } from '../src/config/ppo-config';
import { findEnvironment } from '../src/environments/index';
import type { Gpu } from '../src/gpu/device';
import { describePlan } from '../src/network/kernel-plan';
import { RunFolder } from '../src/node/run-folder';
import { createTrainer } from '../src/trainer/create-trainer';
import type { IterationReport } from '../src/trainer/metrics';
import type { Trainer } from '../src/trainer/trainer';
import { alternate, type Runner } from './support/alternate';
import type { Bench } from './support/bench';
import { SHARED_WORKLOAD } from './support/participants';
import { measurement } from './support/results';

/** Iterations between two checkpoints. */
const INTERVAL = 10;
const { environment: ID, envs, steps, epochs, minibatches } = SHARED_WORKLOAD;
const CONFIG: Partial<PpoConfig> = {
  ...{ numEnvs: envs, numSteps: steps, updateEpochs: epochs, numMinibatches: minibatches },
  ...{ hiddenSizes: [64, 64], totalTimesteps: 2 ** 48, annealLr: false },
};
const NOTES = [
  'Kept: metrics.jsonl, notes.jsonl, TensorBoard event files at every iteration; every ' +
    `${INTERVAL} iterations a checkpoint, synced to the disk, histograms, the best one, and the ` +
    'removal of the oldest.',
  'Turns A B B A of two trainers in one process; median (lowest … highest), ratios over ' +
    'neighbouring turns.',
];

/** A trainer that trains in turns and keeps its run or does not. */
class Training implements Runner {
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

async function startTraining(gpu: Gpu): Promise<Trainer> {
  return createTrainer({ gpu, environment: findEnvironment(ID), config: CONFIG });
}

async function startKept(gpu: Gpu, folder: string): Promise<Training> {
  const trainer = await startTraining(gpu);
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

export const benchSaving: Bench = async ({ gpu, options }) => {
  const root = mkdtempSync(join(tmpdir(), 'lockstep-saving-'));
  try {
    const kept = await startKept(gpu, join(root, 'run'));
    const alone = new Training(await startTraining(gpu), async () => {});
    // Drivers compile in the first iterations.
    for (const each of [kept, alone]) await each.run(2);
    const pairs = options.repeats ?? (options.quick ? 2 : 10);
    const duel = await alternate(kept, alone, { pairs, seconds: options.seconds });
    for (const { trainer } of [kept, alone]) trainer.destroy();
    const place = { workload: `1,024 × 32, checkpoint every ${INTERVAL}`, subject: 'checkout' };
    const files = readdirSync(join(root, 'run', 'checkpoints')).length;
    return [
      {
        title: `Keeping a run: ${ID}`,
        measurements: [
          measurement(place, 'kept', 'steps/s', duel.first),
          measurement(place, 'alone', 'steps/s', duel.second),
          measurement(place, 'kept / alone', '×', duel.ratios),
        ],
        notes: [...NOTES, `Checkpoints at the end: ${files} files.`],
      },
    ];
  } finally {
    rmSync(root, { recursive: true });
  }
};
