/** Whether a long run that is kept stays as fast and as small as it begins. */
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TrainerSnapshot } from '../src/trainer/snapshot';
import type { Bench } from './support/bench';
import { INTERVAL, startAlone, startKept, type Training } from './support/kept-run';
import { SHARED_WORKLOAD } from './support/participants';
import { type Measurement, measurement } from './support/results';

/** Parts of the run, each of which is measured. */
const PARTS = 20;
/** The first parts, in which memory grows to what the run needs. */
const WARM_UP = 2;
/** Seconds that the controls train after each part. */
const CONTROL_SECONDS = 5;
const MEBIBYTE = 2 ** 20;

const NOTES = (seconds: number): readonly string[] => [
  `One process for ${PARTS} × ${seconds} s; resident memory and files of the run folder after ` +
    `each part. The first ${WARM_UP} parts are left out of speed and memory.`,
  `After each part another trainer, which is not kept, trains for ${CONTROL_SECONDS} s twice: ` +
    'from a state after two seconds of training, and from the state that the part ended with. ' +
    'part / its end tells whether a long run slows down; end / beginning, whether the states to ' +
    'which training comes take longer.',
];

/** What each part measured. */
interface Part {
  /** Steps per second. */
  readonly rate: number;
  /** Steps per second over those of the control that goes on from the same state. */
  readonly againstEnd: number;
  /** Steps per second of the controls: from the part's end over from the beginning. */
  readonly endAgainstBeginning: number;
  /** Resident memory in MiB. */
  readonly memory: number;
  readonly files: number;
}

/** Steps per second of a trainer that begins with a snapshot. */
async function rateFrom(control: Training, snapshot: TrainerSnapshot): Promise<number> {
  await control.trainer.restore(snapshot);
  const { steps, seconds } = await control.run(CONTROL_SECONDS);
  return steps / seconds;
}

function measurementsOf(parts: readonly Part[]): Measurement[] {
  const place = { workload: `1,024 × 32, checkpoint every ${INTERVAL}`, subject: 'checkout' };
  const half = PARTS / 2;
  const halves = (name: string, unit: string, of: (part: Part) => number): Measurement[] => [
    measurement(place, `first half${name}`, unit, parts.slice(WARM_UP, half + 1).map(of)),
    measurement(place, `second half${name}`, unit, parts.slice(half + 1).map(of)),
  ];
  return [
    ...halves('', 'steps/s', ({ rate }) => rate),
    ...halves(', part / its end', '×', ({ againstEnd }) => againstEnd),
    ...halves(', end / beginning', '×', ({ endAgainstBeginning }) => endAgainstBeginning),
    ...halves(', memory', 'MiB', ({ memory }) => memory),
    measurement(
      place,
      'files',
      'files',
      parts.map(({ files }) => files),
    ),
  ];
}

export const benchSoak: Bench = async ({ gpu, options, progress }) => {
  const root = mkdtempSync(join(tmpdir(), 'lockstep-soak-'));
  const folder = join(root, 'run');
  try {
    const kept = await startKept(gpu, folder);
    const control = await startAlone(gpu);
    for (const each of [kept, control]) await each.run(2);
    const beginning = await control.trainer.snapshot();
    const parts: Part[] = [];
    for (let number = 1; number <= PARTS; number++) {
      const { steps, seconds } = await kept.run(options.seconds);
      const rate = steps / seconds;
      const fromBeginning = await rateFrom(control, beginning);
      const fromEnd = await rateFrom(control, await kept.trainer.snapshot());
      parts.push({
        ...{ rate, againstEnd: rate / fromEnd, endAgainstBeginning: fromEnd / fromBeginning },
        memory: process.memoryUsage().rss / MEBIBYTE,
        files: readdirSync(folder, { recursive: true }).length,
      });
      const { memory, againstEnd, endAgainstBeginning } = parts.at(-1)!;
      progress(
        `part ${number} of ${PARTS}: ${memory.toFixed(0)} MiB, ${rate.toFixed(0)} steps/s, ` +
          `part / its end ${againstEnd.toFixed(3)}, ` +
          `end / beginning ${endAgainstBeginning.toFixed(3)}`,
      );
    }
    for (const { trainer } of [kept, control]) trainer.destroy();
    const title = `Soak: ${SHARED_WORKLOAD.environment}`;
    return [{ title, measurements: measurementsOf(parts), notes: NOTES(options.seconds) }];
  } finally {
    rmSync(root, { recursive: true });
  }
};
