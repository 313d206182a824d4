import { expect, test } from 'vitest';
import { mean, normalize, populationVariance, unbiasedVariance } from './moments';

test('1, 2, 6 have mean 3, population variance 14/3 and unbiased variance 7', () => {
  expect(mean([1, 2, 6])).toBe(3);
  expect(populationVariance([1, 2, 6])).toBe(14 / 3);
  expect(unbiasedVariance([1, 2, 6])).toBe(7);
});

test('normalize divides by the unbiased standard deviation plus 1e-8', () => {
  expect(normalize([1, 2, 6])[2]).toBe(3 / (Math.sqrt(7) + 1e-8));
});

test('normalize gives zeros for equal values and leaves a single value alone', () => {
  expect(normalize([5, 5, 5])).toEqual([0, 0, 0]);
  expect(normalize([5])).toEqual([5]);
});
