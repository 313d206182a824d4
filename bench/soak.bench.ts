/** Whether a long run that is kept stays as fast and as small as it begins. */
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Bench } from './support/bench';
import { INTERVAL, startAlone, startKept } from './support/kept-run';
import { SHARED_WORKLOAD } from './support/participants';
import { measurement } from './support/results';

/** Parts of the run, each of which is measured. */
const PARTS = 20;
/** The first parts, in which memory grows to what the run needs. */
const WARM_UP = 2;
/** Seconds that a trainer which begins anew trains after each part: what the machine does then. */
const CONTROL_SECONDS = 5;
const MEBIBYTE = 2 ** 20;

export const benchSoak: Bench = async ({ gpu, options, progress }) => {
  const root = mkdtempSync(join(tmpdir(), 'lockstep-soak-'));
  const folder = join(root, 'run');
  try {
    const kept = await startKept(gpu, folder);
    const control = await startAlone(gpu);
    for (const each of [kept, control]) await each.run(2);
    const begin = await control.trainer.snapshot();
    const rates: number[] = [];
    const ratios: number[] = [];
    const memory: number[] = [];
    const files: number[] = [];
    for (let part = 0; part < PARTS; part++) {
      const { steps, seconds } = await kept.run(options.seconds);
      rates.push(steps / seconds);
      await control.trainer.restore(begin);
      const beside = await control.run(CONTROL_SECONDS);
      ratios.push(rates.at(-1)! / (beside.steps / beside.seconds));
      memory.push(process.memoryUsage().rss / MEBIBYTE);
      files.push(readdirSync(folder, { recursive: true }).length);
      progress(
        `part ${part + 1} of ${PARTS}: ${memory.at(-1)!.toFixed(0)} MiB, ` +
          `${rates.at(-1)!.toFixed(0)} steps/s, ${ratios.at(-1)!.toFixed(3)} of the control`,
      );
    }
    for (const { trainer } of [kept, control]) trainer.destroy();
    const place = { workload: `1,024 × 32, checkpoint every ${INTERVAL}`, subject: 'checkout' };
    const half = PARTS / 2;
    const halves = (values: readonly number[]) =>
      [values.slice(WARM_UP, half + 1), values.slice(half + 1)] as const;
    const [first, last] = halves(rates);
    const [firstRatios, lastRatios] = halves(ratios);
    const [firstMemory, lastMemory] = halves(memory);
    return [
      {
        title: `Soak: ${SHARED_WORKLOAD.environment}`,
        measurements: [
          measurement(place, 'first half', 'steps/s', first),
          measurement(place, 'second half', 'steps/s', last),
          measurement(place, 'first half / control', '×', firstRatios),
          measurement(place, 'second half / control', '×', lastRatios),
          measurement(place, 'memory, first half', 'MiB', firstMemory),
          measurement(place, 'memory, second half', 'MiB', lastMemory),
          measurement(place, 'files', 'files', files),
        ],
        notes: [
          `One process for ${PARTS} × ${options.seconds} s; resident memory and files of the run ` +
            `folder after each part. The first ${WARM_UP} parts are left out of speed and memory.`,
          `Control: after each part another trainer, which is not kept and begins from the same ` +
            `early state every time, trains for ${CONTROL_SECONDS} s; the ratio leaves out what ` +
            'the machine does.',
        ],
      },
    ];
  } finally {
    rmSync(root, { recursive: true });
  }
};
