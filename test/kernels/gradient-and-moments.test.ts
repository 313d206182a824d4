import { describe, expect, test } from 'vitest';
import { writeTensor } from '../../src/gpu/readback';
import { gradientGroups, gradientNorm, gradientSum } from '../../src/kernels/gradient';
import { MOMENTS_WORDS, momentGroups, moments } from '../../src/kernels/moments';
import { globalNorm } from '../reference/adam';
import { expectClose } from '../reference/expect-close';
import { mean, populationVariance } from '../reference/moments';
import {
  floats,
  openRuntime,
  randomFloats,
  readFloats,
  runDispatches,
} from '../support/run-dispatches';

const runtime = await openRuntime();

describe('gradientSum and gradientNorm', () => {
  test.each([
    { parameters: 1, slices: 1, agents: 1 },
    { parameters: 255, slices: 3, agents: 3 },
    { parameters: 257, slices: 5, agents: 1 },
    // More than 256 workgroups of 256: every invocation sums two parameters or one.
    { parameters: 70001, slices: 2, agents: 2 },
  ])('$parameters parameters in $slices slices of $agents agents', async (sizes) => {
    const { parameters, slices, agents } = sizes;
    const values = randomFloats(agents * slices * parameters, 1);
    const groups = gradientGroups(runtime.gpu, parameters);
    const gradients = floats(runtime, [agents, parameters]);
    const norms = floats(runtime, [agents, groups]);
    const partials = floats(runtime, [agents, slices, parameters], values);
    await runDispatches(runtime, [
      gradientSum(runtime, partials, gradients),
      gradientNorm(runtime, gradients, norms),
    ]);
    const [sums, squares] = [
      await readFloats(runtime, gradients),
      await readFloats(runtime, norms),
    ];
    for (let agent = 0; agent < agents; agent += 1) {
      const slice = (s: number): number => (agent * slices + s) * parameters;
      const expected = Array.from({ length: parameters }, (_, p) =>
        Array.from({ length: slices }, (_, s) => values[slice(s) + p]!).reduce((a, b) => a + b),
      );
      expectClose(sums.slice(agent * parameters, (agent + 1) * parameters), expected, 1e-6);
      const own = squares.slice(agent * groups, (agent + 1) * groups);
      const square = own.reduce((a, b) => a + b);
      expectClose([Math.sqrt(square)], [globalNorm(expected)], 1e-6);
    }
  });
});

interface MomentCase {
  readonly agents: number;
  readonly rows: number;
  readonly columns: number;
  readonly rowStride: number;
}

/**
 * Count, mean and variance of each agent's elements on the device; numbers between them are 1e6.
 */
async function deviceMoments(sizes: MomentCase, elements: readonly (readonly number[])[]) {
  const { agents, rows, columns, rowStride } = sizes;
  const offset = 5;
  const agentStride = rows * rowStride + 9;
  const values = Array.from({ length: offset + agents * agentStride }, () => 1e6);
  for (const [agent, own] of elements.entries()) {
    for (const [i, value] of own.entries()) {
      const place = Math.floor(i / columns) * rowStride + (i % columns);
      values[offset + agent * agentStride + place] = value;
    }
  }
  const partials = floats(runtime, [agents, momentGroups(rows * columns), MOMENTS_WORDS]);
  const merged = floats(runtime, [agents, 2, MOMENTS_WORDS]);
  const places = { offset, agentStride, slots: 2, slot: 1 };
  const tensors = { values: floats(runtime, [values.length], values), partials, merged };
  await runDispatches(runtime, moments(runtime, { ...sizes, ...places, ...tensors }));
  const result = await readFloats(runtime, merged);
  return elements.map((_, agent) => {
    const [none, count, average, m2] = [0, 3, 4, 5].map((word) => result[6 * agent + word]!);
    return { none, count, mean: average!, variance: m2! / count! };
  });
}

describe('moments', () => {
  test.each<MomentCase>([
    { agents: 1, rows: 1, columns: 1, rowStride: 4 },
    { agents: 3, rows: 1, columns: 7, rowStride: 8 },
    // Rows narrower than the lanes.
    { agents: 2, rows: 90, columns: 3, rowStride: 4 },
    { agents: 3, rows: 5, columns: 13, rowStride: 16 },
    { agents: 1, rows: 3, columns: 700, rowStride: 700 },
    // Several workgroups, on hardware the most there are.
    { agents: 2, rows: 3, columns: 45001, rowStride: 45004 },
  ])('of $rows rows of $columns of $agents agents', async (sizes) => {
    const count = sizes.rows * sizes.columns;
    const elements = Array.from({ length: sizes.agents }, (_, agent) =>
      randomFloats(count, agent, agent + 1).map((value) => Math.fround(value + agent)),
    );
    const found = await deviceMoments(sizes, elements);
    for (const [agent, own] of elements.entries()) {
      const scale = Math.sqrt(populationVariance(own));
      expect(found[agent]).toMatchObject({ none: 0, count });
      expectClose([found[agent]!.mean], [mean(own)], 2e-6, scale);
      expectClose([found[agent]!.variance], [populationVariance(own)], 2e-6);
    }
  });

  test('of several fields lie side by side, each agent with its own', async () => {
    const [agents, fields, rows, columns, stride] = [2, 3, 5, 137, 140];
    const values = randomFloats(agents * rows * fields * stride, 6);
    const groups = momentGroups(rows * columns);
    const merged = floats(runtime, [agents, fields, MOMENTS_WORDS]);
    const options = {
      ...{ agents, fields, rows, columns, rowStride: fields * stride, offset: 0 },
      ...{ agentStride: rows * fields * stride, fieldStride: stride, slots: fields, slot: 0 },
      values: floats(runtime, [values.length], values),
      partials: floats(runtime, [agents, fields, groups, MOMENTS_WORDS]),
      merged,
    };
    await runDispatches(runtime, moments(runtime, options));
    const found = await readFloats(runtime, merged);
    for (let record = 0; record < agents * fields; record++) {
      const [agent, field] = [Math.floor(record / fields), record % fields];
      const own = values.filter((_, place) => {
        const row = Math.floor(place / stride);
        const ownField = row % fields === field && Math.floor(row / fields / rows) === agent;
        return ownField && place % stride < columns;
      });
      const [count, average, m2] = found.slice(3 * record, 3 * record + 3);
      expect(count).toBe(rows * columns);
      expectClose([average!, m2! / count!], [mean(own), populationVariance(own)], 1e-6);
    }
  });

  test('of the largest batch, 2^24 numbers', async () => {
    const count = 2 ** 24;
    const [low, high] = [0.1, 0.3].map(Math.fround) as [number, number];
    // Two of three are low.
    const values = runtime.arena.declare('a large batch', [count]);
    const partials = floats(runtime, [1, momentGroups(count), MOMENTS_WORDS]);
    const merged = floats(runtime, [1, 1, MOMENTS_WORDS]);
    writeTensor(
      runtime.gpu,
      values,
      new Float32Array(count).map((_, i) => (i % 3 === 2 ? high : low)),
    );
    const options = {
      ...{ agents: 1, rows: 2 ** 12, columns: 2 ** 12, rowStride: 2 ** 12, offset: 0 },
      ...{ agentStride: count, slots: 1, slot: 0, values, partials, merged },
    };
    await runDispatches(runtime, moments(runtime, options));
    const [found, average, m2] = await readFloats(runtime, merged);
    const highs = Math.floor(count / 3);
    const expected = low + (highs / count) * (high - low);
    expect(found).toBe(count);
    expectClose([average!], [expected], 1e-6);
    const part = highs / count;
    expectClose([m2! / count], [part * (1 - part) * (high - low) ** 2], 5e-5);
    values.buffer.destroy();
  });

  test('of numbers that do not vary have a variance of 0', async () => {
    const sizes = { agents: 1, rows: 3, columns: 5, rowStride: 8 };
    const [found] = await deviceMoments(sizes, [Array.from({ length: 15 }, () => 0.1)]);
    expectClose([found!.mean], [0.1], 1e-6);
    expect(found!.variance).toBeLessThan(1e-12);
  });

  test('of numbers far from 0 do not cancel', async () => {
    // Neighbouring float32 numbers near 1000 are 6e-5 apart; the sum of squares would lose it all.
    const values = randomFloats(7777, 3, 0.01).map((value) => Math.fround(1000 + value));
    const sizes = { agents: 1, rows: 11, columns: 707, rowStride: 708 };
    const [found] = await deviceMoments(sizes, [values]);
    expectClose([found!.mean], [mean(values)], 1e-7);
    expectClose([found!.variance], [populationVariance(values)], 1e-3);
  });
});
