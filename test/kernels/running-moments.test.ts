/** Running moments behind so many numbers that a batch adds less than their last digit in f32. */
import { describe, expect, test } from 'vitest';
import { writeTensor } from '../../src/gpu/readback';
import {
  declareBatchMoments,
  declareRunningMoments,
  updateRunningMoments,
} from '../../src/kernels/running-moments';
import { expectClose } from '../reference/expect-close';
import { type Moments, mergeMoments, momentsOf } from '../reference/running-moments';
import { floats, openRuntime, runDispatches } from '../support/run-dispatches';
import { packRunningMoments, readRunningMoments } from '../support/running-moments';

const runtime = await openRuntime();

/**
 * The moments of each agent and field, [K][fields], after the same batches have been added again
 * and again.
 */
async function addBatches(
  before: readonly (readonly Moments[])[],
  batches: readonly (readonly (readonly number[])[])[],
  times: number,
): Promise<Moments[]> {
  const [agents, fields, columns] = [before.length, before[0]!.length, batches[0]![0]!.length];
  const running = declareRunningMoments(runtime.arena, 'test', agents, fields);
  const batch = declareBatchMoments(runtime.arena, 'test', agents, fields, columns);
  runtime.arena.allocate();
  writeTensor(runtime.gpu, running, Float32Array.from(before.flat().flatMap(packRunningMoments)));
  const values = {
    ...{ agents, fields, rows: 1, columns, rowStride: fields * columns, offset: 0 },
    ...{ agentStride: fields * columns, fieldStride: columns },
    values: floats(runtime, [agents, fields, columns], batches.flat(2)),
  };
  const dispatches = updateRunningMoments(runtime, values, batch, running);
  await runDispatches(runtime, Array.from({ length: times }, () => dispatches).flat());
  return readRunningMoments(runtime, running);
}

/** The twin's. */
function twinBatches(before: Moments, batch: readonly number[], times: number): Moments {
  let running = before;
  for (let time = 0; time < times; time++) running = mergeMoments(running, momentsOf(batch));
  return running;
}

/** Of `count` numbers. */
const withVariance = (count: number, mean: number, variance: number): Moments => ({
  count,
  mean,
  m2: variance * count,
});

test('2^25 numbers of variance 1 and 10,002 of variance 4 have variance 1.000894', async () => {
  const [found] = await addBatches([[withVariance(2 ** 25, 0, 1)]], [[[-2, 2]]], 5001);
  const count = 2 ** 25 + 10_002;
  expect(found!.count).toBe(count);
  expect(found!.mean).toBe(0);
  expectClose([found!.m2 / count], [(2 ** 25 + 4 * 10_002) / count], 1e-9);
});

describe.each([2 ** 24 - 7, 2 ** 24 + 1, 2 ** 31 + 3, 2 ** 40 + 5])(
  'behind %d numbers',
  (count) => {
    const TIMES = 301;
    // Two agents with three fields each.
    const before = [0, 1].map((agent) =>
      [0, 1, 2].map((field) => withVariance(count, 3 * agent - field, 1 + agent + field)),
    );
    const batches = [0, 1].map((agent) =>
      [0, 1, 2].map((field) => [5, -7, 0.5, 3, 1 + agent].map((x) => x * (field + 1))),
    );
    const found = addBatches(before, batches, TIMES);
    const expected = before.flatMap((own, agent) =>
      own.map((moments, field) => twinBatches(moments, batches[agent]![field]!, TIMES)),
    );

    test('every number of the batches is counted', async () => {
      expect((await found).map((own) => own.count)).toEqual(expected.map((own) => own.count));
    });

    test('means and squared deviations go as far as those of the twin', async () => {
      for (const [i, own] of (await found).entries()) {
        const first = before.flat()[i]!;
        const way = (to: Moments) => [to.mean - first.mean, to.m2 - first.m2];
        const [mean, m2] = way(own);
        const [twinMean, twinM2] = way(expected[i]!);
        // f64 itself has a difference of two numbers near `mean` to 1e-16 only, f32 pairs to 1e-14.
        expectClose([mean!], [twinMean!], 1e-5, 1e-9);
        expectClose([m2!], [twinM2!], 1e-5, 1e-9 * first.m2);
      }
    });
  },
);

test('a variance does not grow from numbers that vary as much as those before', async () => {
  const [found] = await addBatches([[withVariance(2 ** 33, 0, 1)]], [[[-1, 1]]], 4000);
  expect(found!.count).toBe(2 ** 33 + 8000);
  expectClose([found!.m2 / found!.count], [1], 1e-12);
});
