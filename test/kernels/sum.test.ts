/** Sums that keep what rounding takes from them (shaders/lib/sum.wesl). */
import { describe, expect, test } from 'vitest';
import { read, write } from '../../src/gpu/kernel';
import sumShader from '../shaders/sum.wesl';
import {
  floats,
  openRuntime,
  randomFloats,
  readFloats,
  runDispatches,
} from '../support/run-dispatches';

const runtime = await openRuntime({ 'test/sum': sumShader });

/** [value, rest] of every column's sum; columns are as long as each other. */
async function sumColumns(columns: readonly (readonly number[])[], rounds = 1) {
  const count = columns.length;
  const terms = columns[0]!.map((_, t) => columns.map((column) => column[t]!));
  const sums = floats(runtime, [count, 2]);
  const kernel = runtime.kernels.kernel({
    shader: 'test/sum',
    constants: { TERMS: terms.length },
  });
  const dispatch = kernel.dispatch({
    shape: { count, rounds },
    tensors: {
      terms: read(floats(runtime, [terms.length, count], terms.flat())),
      sums: write(sums),
    },
    workgroups: [Math.ceil(count / 64), 1, 1],
  });
  await runDispatches(runtime, [dispatch]);
  const found = await readFloats(runtime, sums);
  return columns.map((_, i) => [found[2 * i]!, found[2 * i + 1]!] as const);
}

/** The sum of whole multiples of 2^-scale, exactly. */
function exactSum(terms: readonly number[], scale: number): number {
  const whole = terms.map((term) => BigInt(term * 2 ** scale));
  return Number(whole.reduce((sum, term) => sum + term, 0n)) / 2 ** scale;
}

describe('the value is the exact sum, rounded', () => {
  const repeated: readonly (readonly [string, readonly number[], number])[] = [
    ['0.1', [0.1], 1_000_003],
    ['0.1 and 0.3', [0.1, 0.3], 500_001],
    ['-1', [-1], 2 ** 24 + 77],
    ['1e8, 1 and -1e8', [1e8, 1, -1e8], 4099],
    ['numbers of all sizes', [3e-7, -5e6, 0.7, 4_999_999, 1e-3], 30_011],
  ];
  test.each(repeated)('of %s, again and again', async (_, terms, rounds) => {
    const single = terms.map(Math.fround);
    const exact = rounds * exactSum(single, 60);
    const [[value, rest]] = (await sumColumns([single], rounds)) as [readonly [number, number]];
    const size = rounds * single.reduce((sum, term) => sum + Math.abs(term), 0);
    expect(Math.abs(value + rest - exact)).toBeLessThanOrEqual(2 ** -44 * size);
    expect(Math.abs(value - exact)).toBeLessThanOrEqual(
      2 ** -24 * Math.abs(exact) + 2 ** -44 * size,
    );
  });

  test('of random terms, in every column its own', async () => {
    const columns = Array.from({ length: 67 }, (_, i) => randomFloats(211, i, 10 ** ((i % 9) - 4)));
    const found = await sumColumns(columns);
    for (const [i, [value, rest]] of found.entries()) {
      const exact = exactSum(columns[i]!, 60);
      expect(value).toBe(Math.fround(value + rest));
      const size = columns[i]!.reduce((sum, term) => sum + Math.abs(term), 0);
      expect(Math.abs(value + rest - exact)).toBeLessThanOrEqual(2 ** -45 * size);
    }
  });
});

test('a sum that is not finite stays so', async () => {
  const found = await sumColumns([
    [1, Number.POSITIVE_INFINITY, 2],
    [1, Number.NEGATIVE_INFINITY, -2],
    [1, Number.NaN, 2],
    [3e38, 3e38, 1],
  ]);
  expect(found.map(([value]) => value)).toEqual([
    Number.POSITIVE_INFINITY,
    Number.NEGATIVE_INFINITY,
    Number.NaN,
    Number.POSITIVE_INFINITY,
  ]);
});
