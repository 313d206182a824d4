/** This checkout compared with another commit: throughput and cold start, in turns A B B A. */

import { timeStart, withEmptyCache } from './startup.bench';
import { alternate, alternatingOrder } from './support/alternate';
import type { Bench, BenchContext } from './support/bench';
import { type BuiltCommit, buildCommit } from './support/build-commit';
import type { Command } from './support/child-lines';
import { startContestant } from './support/contestant';
import {
  lockstepCommand,
  SHARED_WORKLOAD,
  START_SECONDS,
  workloadFlags,
} from './support/participants';
import { type Measurement, measurement } from './support/results';

/** Command-line flags of each workload, by its name in the table. */
const WORKLOADS: Readonly<Record<string, readonly string[]>> = {
  '1,024 × 32': workloadFlags(SHARED_WORKLOAD),
  '64 agents × 64 × 32': [...workloadFlags({ ...SHARED_WORKLOAD, envs: 64 }), '--agents', '64'],
  '1,024 × 32, widths 128, 128': [...workloadFlags(SHARED_WORKLOAD), '--widths', '128,128'],
  '1,024 × 32, widths 64, 64, 64': [...workloadFlags(SHARED_WORKLOAD), '--widths', '64,64,64'],
};
const NOTES = [
  'Turns A B B A of two processes, of which one sleeps; median (lowest … highest), ratios over ' +
    'neighbouring turns. Both are built with the same contestant and the same packages.',
  'cold start: seconds from the start of a process until the report of the first iteration ' +
    'arrives; the cache of compiled shaders is an empty folder.',
];
const SUBJECT = 'checkout';
const CONTESTANT = 'bench/dist/any-commit.js';

/** The two programs, this checkout's first. */
type Sides = readonly [Command, Command];

async function compareThroughput(
  [ours, theirs]: Sides,
  workload: string,
  { options }: BenchContext,
): Promise<Measurement[]> {
  const first = await startContestant(SUBJECT, ours, START_SECONDS);
  try {
    const second = await startContestant('base', theirs, START_SECONDS);
    try {
      const pairs = options.repeats ?? (options.quick ? 2 : 10);
      const duel = await alternate(first, second, { pairs, seconds: options.seconds });
      const place = { workload, subject: SUBJECT };
      return [
        measurement(place, 'training', 'steps/s', duel.first),
        measurement(place, 'base', 'steps/s', duel.second),
        measurement(place, 'training / base', '×', duel.ratios),
      ];
    } finally {
      await second.quit();
    }
  } finally {
    await first.quit();
  }
}

async function compareStart(
  sides: Sides,
  workload: string,
  { options }: BenchContext,
): Promise<Measurement[]> {
  const times: [number[], number[]] = [[], []];
  for (const turn of alternatingOrder(options.repeats ?? (options.quick ? 1 : 10))) {
    times[turn].push(await withEmptyCache((cache) => timeStart(sides[turn], cache)));
  }
  const [ours, theirs] = times;
  const place = { workload, subject: SUBJECT };
  const ratios = ours.map((seconds, pair) => seconds / theirs[pair]!);
  return [
    measurement(place, 'cold start', 's', ours),
    measurement(place, 'base, cold start', 's', theirs),
    measurement(place, 'cold start / base', '×', ratios),
  ];
}

async function compareAll(base: BuiltCommit, context: BenchContext): Promise<Measurement[]> {
  const { options, progress } = context;
  const names = Object.keys(WORKLOADS).filter((name) => name.includes(options.only ?? ''));
  const measurements: Measurement[] = [];
  for (const workload of names) {
    const programs = [CONTESTANT, base.program];
    const sides = programs.map((program) => lockstepCommand(options, program));
    const [ours, theirs] = sides.map(
      ({ argv, environment }): Command => ({
        argv: [...argv, ...WORKLOADS[workload]!],
        environment,
      }),
    );
    for (const compare of [compareThroughput, compareStart]) {
      progress(`${workload} …`);
      measurements.push(...(await compare([ours!, theirs!], workload, context)));
    }
  }
  return measurements;
}

export const benchAgainst: Bench = async (context) => {
  const base = buildCommit(context.options.base!);
  try {
    const measurements = await compareAll(base, context);
    return [{ title: `Against commit ${base.name}: CartPole-v1`, measurements, notes: NOTES }];
  } finally {
    base.remove();
  }
};
