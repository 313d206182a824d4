/** Whether a long run that is kept stays as fast and as small as it begins. */
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Bench } from './support/bench';
import { INTERVAL, startKept } from './support/kept-run';
import { SHARED_WORKLOAD } from './support/participants';
import { measurement } from './support/results';

/** Parts of the run, each of which is measured. */
const PARTS = 20;
/** The first parts, in which memory grows to what the run needs. */
const WARM_UP = 2;
const MEBIBYTE = 2 ** 20;

export const benchSoak: Bench = async ({ gpu, options, progress }) => {
  const root = mkdtempSync(join(tmpdir(), 'lockstep-soak-'));
  const folder = join(root, 'run');
  try {
    const kept = await startKept(gpu, folder);
    await kept.run(2);
    const [rates, memory, files]: [number[], number[], number[]] = [[], [], []];
    for (let part = 0; part < PARTS; part++) {
      const { steps, seconds } = await kept.run(options.seconds);
      rates.push(steps / seconds);
      memory.push(process.memoryUsage().rss / MEBIBYTE);
      files.push(readdirSync(folder, { recursive: true }).length);
      progress(`part ${part + 1} of ${PARTS}: ${memory.at(-1)!.toFixed(0)} MiB`);
    }
    kept.trainer.destroy();
    const place = { workload: `1,024 × 32, checkpoint every ${INTERVAL}`, subject: 'checkout' };
    const half = PARTS / 2;
    const [first, last] = [rates.slice(WARM_UP, half + 1), rates.slice(half + 1)];
    return [
      {
        title: `Soak: ${SHARED_WORKLOAD.environment}`,
        measurements: [
          measurement(place, 'first half', 'steps/s', first),
          measurement(place, 'second half', 'steps/s', last),
          measurement(place, 'memory, first half', 'MiB', memory.slice(WARM_UP, half + 1)),
          measurement(place, 'memory, second half', 'MiB', memory.slice(half + 1)),
          measurement(place, 'files', 'files', files),
        ],
        notes: [
          `One process for ${PARTS} × ${options.seconds} s; resident memory and files of the run ` +
            `folder after each part. The first ${WARM_UP} parts are left out of speed and memory.`,
        ],
      },
    ];
  } finally {
    rmSync(root, { recursive: true });
  }
};
