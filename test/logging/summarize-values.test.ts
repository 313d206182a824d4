import { describe, expect, test } from 'vitest';
import { summarizeValues } from '../../src/logging/summarize-values';

describe('a histogram', () => {
  test('has buckets of equal width, the last of which holds the highest value', () => {
    const summary = summarizeValues([0, 0.5, 1, 29.5, 30])!;
    expect(summary).toMatchObject({ min: 0, max: 30, count: 5, sum: 61 });
    expect(summary.sumOfSquares).toBe(0.25 + 1 + 29.5 ** 2 + 900);
    expect(summary.limits).toEqual(Array.from({ length: 30 }, (_, bucket) => bucket + 1));
    expect(summary.counts.map((count, bucket) => [bucket, count]).filter(([, n]) => n)).toEqual([
      [0, 2],
      [1, 1],
      [29, 2],
    ]);
  });

  test('of equal values is one bucket', () => {
    expect(summarizeValues([7, 7, 7])).toMatchObject({ limits: [7], counts: [3], min: 7, max: 7 });
  });

  test('leaves out what is not finite', () => {
    expect(summarizeValues(Float32Array.of(Number.NaN, 2, Infinity))).toMatchObject({ count: 1 });
    expect(summarizeValues([Number.NaN])).toBeUndefined();
    expect(summarizeValues([])).toBeUndefined();
  });

  test('takes more values than a call may have arguments', () => {
    expect(summarizeValues(new Float32Array(300_000))!.count).toBe(300_000);
  });
});
