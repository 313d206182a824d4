import { describe, expect, test } from 'vitest';

import { distributionFor } from '../../src/distributions/distribution';
import { elementCount, type Tensor } from '../../src/gpu/arena';
import { writeTensor } from '../../src/gpu/readback';
import { declareRunningMoments } from '../../src/kernels/running-moments';
import {
  normalizeObservations,
  ObservationStatistics,
} from '../../src/rollout/normalize-observations';
import { declareRolloutBuffer, rolloutSizes } from '../../src/rollout/rollout-buffer';
import { expectClose } from '../reference/expect-close';
import { mean, populationVariance } from '../reference/moments';
import { momentsOf, normalizeObservation } from '../reference/running-moments';
import { type AgentChange, agentsTensor } from '../support/agents';
import { openRuntime, randomFloats, readFloats, runDispatches } from '../support/run-dispatches';
import { packRunningMoments, readRunningMoments } from '../support/running-moments';
import { taskWithout } from '../update/golden-update';

const FIELDS = 3;
const runtime = await openRuntime();
const task = {
  ...taskWithout(distributionFor({ type: 'discrete', n: 2 }), FIELDS),
  maxEpisodeSteps: 4,
};

/** A rollout of two agents, with their statistics. */
function open(envs: number, steps: number, hyper: readonly AgentChange[] = [{}, {}]) {
  const sizes = rolloutSizes(hyper.length, envs, steps, task);
  const buffer = declareRolloutBuffer(runtime.arena, sizes, task, true);
  const observationMoments = declareRunningMoments(runtime.arena, 'test', hyper.length, FIELDS);
  const statistics = new ObservationStatistics(runtime, buffer, observationMoments);
  runtime.arena.allocate();
  const agents = agentsTensor(runtime, hyper);
  return { sizes, buffer, observationMoments, statistics, agents };
}
type Opened = ReturnType<typeof open>;

const write = (tensor: Tensor, values: readonly number[]): void =>
  writeTensor(runtime.gpu, tensor, Float32Array.from(values));

/** The index of a number in a tensor of observations. */
function placeOf({ sizes }: Opened, agent: number, row: number, field: number, n: number): number {
  return ((agent * sizes.rows + row) * FIELDS + field) * sizes.stride + n;
}

/** Random observations whose fields and agents differ; all that must not count is 1e6. */
function observations(opened: Opened, seed: number): number[] {
  const { sizes, buffer } = opened;
  const random = randomFloats(elementCount(buffer.observations.shape), seed);
  return random.map((value, place) => {
    const [n, rest] = [place % sizes.stride, Math.floor(place / sizes.stride)];
    const [field, row] = [rest % FIELDS, Math.floor(rest / FIELDS) % sizes.rows];
    const agent = Math.floor(rest / FIELDS / sizes.rows);
    const counts = n < sizes.envs && row < sizes.steps;
    return counts ? Math.fround((field + 1) * value + 10 * agent + field) : 1e6;
  });
}

/** One field of an agent's observations in rows 0 to T-1. */
function fieldOf(opened: Opened, values: readonly number[], agent: number, field: number) {
  const { steps, envs } = opened.sizes;
  return Array.from({ length: steps * envs }, (_, i) => {
    const [row, n] = [Math.floor(i / envs), i % envs];
    return values[placeOf(opened, agent, row, field, n)]!;
  });
}

/** Runs the stage on these observations. */
async function observe({ buffer, statistics }: Opened, values: readonly number[]): Promise<void> {
  write(buffer.observations, values);
  await runDispatches(
    runtime,
    statistics.stages().flatMap(({ dispatches }) => dispatches),
  );
}

describe('after several iterations the statistics are those of all observations so far', () => {
  test.each([
    [1, 1],
    [3, 1],
    [5, 13],
    [259, 7],
  ])('%i environments, %i steps', async (envs, steps) => {
    const opened = open(envs, steps);
    const seen: number[][] = [];
    for (const seed of [1, 2, 3]) {
      seen.push(observations(opened, seed));
      await observe(opened, seen.at(-1)!);
    }
    for (const [i, { count, ...found }] of (
      await readRunningMoments(runtime, opened.observationMoments)
    ).entries()) {
      const [agent, field] = [Math.floor(i / FIELDS), i % FIELDS];
      const all = seen.flatMap((values) => fieldOf(opened, values, agent, field));
      expect(count).toBe(3 * envs * steps);
      expectClose([found.mean], [mean(all)], 1e-6, 1);
      expectClose([found.m2 / count], [populationVariance(all)], 3e-6);
    }
  });
});

test.each([Number.NaN, Number.POSITIVE_INFINITY, 3e38])(
  'an observation of %s does not change the moments of its field and agent, others do change',
  async (bad) => {
    const opened = open(5, 3);
    await observe(opened, observations(opened, 1));
    const before = await readRunningMoments(runtime, opened.observationMoments);
    const next = observations(opened, 2);
    next[placeOf(opened, 1, 2, 1, 4)] = bad;
    await observe(opened, next);
    const after = await readRunningMoments(runtime, opened.observationMoments);
    const poisoned = FIELDS + 1;
    for (const [i, found] of after.entries()) {
      if (i === poisoned) expect(found).toEqual(before[i]);
      else expect(found.count).toBe(30);
    }
    await observe(opened, observations(opened, 3));
    expect((await readRunningMoments(runtime, opened.observationMoments))[poisoned]!.count).toBe(
      30,
    );
  },
);

/** Normalizes all rows and returns the given ones, without padding. */
async function inputs(opened: Opened, firstRow: number, rowCount: number): Promise<number[]> {
  await runDispatches(runtime, [normalizeObservations(runtime, opened, firstRow, rowCount)]);
  return readFloats(runtime, opened.buffer.inputs);
}

describe('the inputs of the networks', () => {
  test('are the clipped observations before there are statistics', async () => {
    const opened = open(3, 2);
    const values = observations(opened, 1);
    write(opened.buffer.observations, values);
    const found = await inputs(opened, 0, 1);
    for (const [agent, field, n] of [
      [0, 0, 0],
      [0, 2, 1],
      [1, 1, 2],
    ] as const) {
      const place = placeOf(opened, agent, 0, field, n);
      expect(found[place]).toBe(Math.max(-10, Math.min(10, values[place]!)));
    }
  });

  test.each([
    [1, 1, 0, 1],
    [5, 7, 3, 1],
    // The last row and the final observations.
    [65, 7, 7, 3],
  ])(
    'of %i environments and %i steps, rows %i + %i, are those of the twin',
    async (envs, steps, first, count) => {
      const opened = open(envs, steps, [{ clip_obs: 0.7 }, { clip_obs: 2.5 }]);
      const { sizes, buffer, observationMoments } = opened;
      const own = [0, 1].map((agent) =>
        Array.from({ length: FIELDS }, (_, field) =>
          momentsOf([agent - 1, 2 + field, 3 * agent + 0.5].map(Math.fround)),
        ),
      );
      write(observationMoments, own.flat().flatMap(packRunningMoments));
      const values = randomFloats(elementCount(buffer.observations.shape), 4, 3);
      write(buffer.observations, values);
      write(
        buffer.inputs,
        values.map(() => 0),
      );
      const found = await inputs(opened, first, count);
      const expected = values.map((_, place) => {
        const [n, rest] = [place % sizes.stride, Math.floor(place / sizes.stride)];
        const [field, row] = [rest % FIELDS, Math.floor(rest / FIELDS) % sizes.rows];
        const agent = Math.floor(rest / FIELDS / sizes.rows);
        if (n >= envs || row < first || row >= first + count) return 0;
        const clipObs = [0.7, 2.5][agent]!;
        return normalizeObservation([values[place]!], [own[agent]![field]!], clipObs)[0]!;
      });
      expectClose(found, expected, 1e-6, 1);
    },
  );

  test('are clipped to 10 standard deviations by default', async () => {
    const opened = open(3, 1);
    // Mean 2, variance 1/4.
    const moments = packRunningMoments({ count: 8, mean: 2, m2: 2 });
    write(opened.observationMoments, Array.from({ length: 2 * FIELDS }, () => moments).flat());
    const values = Array.from({ length: elementCount(opened.buffer.inputs.shape) }, () => 0);
    for (const [n, value] of [6.5, 7.5, -4].entries()) values[placeOf(opened, 1, 0, 2, n)] = value;
    write(opened.buffer.observations, values);
    const found = await inputs(opened, 0, 1);
    const shown = [0, 1, 2].map((n) => found[placeOf(opened, 1, 0, 2, n)]!);
    // 4.5 / 0.5, 5.5 / 0.5 and -6 / 0.5
    expectClose(shown, [9, 10, -10], 1e-6);
    expect(shown.slice(1)).toEqual([10, -10]);
  });

  test('are the observations themselves without normalization', () => {
    const buffer = declareRolloutBuffer(runtime.arena, rolloutSizes(1, 3, 2, task), task);
    expect(buffer.inputs).toBe(buffer.observations);
    expect(new ObservationStatistics(runtime, buffer, undefined).stages()).toEqual([]);
  });
});
