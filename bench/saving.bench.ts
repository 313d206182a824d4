/** What it costs to keep a run: training with logs and checkpoints against training alone. */
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { alternate } from './support/alternate';
import type { Bench } from './support/bench';
import { INTERVAL, startAlone, startKept } from './support/kept-run';
import { SHARED_WORKLOAD } from './support/participants';
import { measurement } from './support/results';

const NOTES = [
  'Kept: metrics.jsonl, notes.jsonl, TensorBoard event files at every iteration; every ' +
    `${INTERVAL} iterations a checkpoint, synced to the disk, histograms, the best one, and the ` +
    'removal of the oldest.',
  'Turns A B B A of two trainers in one process; median (lowest … highest), ratios over ' +
    'neighbouring turns.',
];

export const benchSaving: Bench = async ({ gpu, options }) => {
  const root = mkdtempSync(join(tmpdir(), 'lockstep-saving-'));
  try {
    const kept = await startKept(gpu, join(root, 'run'));
    const alone = await startAlone(gpu);
    // Drivers compile in the first iterations.
    for (const each of [kept, alone]) await each.run(2);
    const pairs = options.repeats ?? (options.quick ? 2 : 10);
    const duel = await alternate(kept, alone, { pairs, seconds: options.seconds });
    for (const { trainer } of [kept, alone]) trainer.destroy();
    const place = { workload: `1,024 × 32, checkpoint every ${INTERVAL}`, subject: 'checkout' };
    const files = readdirSync(join(root, 'run', 'checkpoints')).length;
    return [
      {
        title: `Keeping a run: ${SHARED_WORKLOAD.environment}`,
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
