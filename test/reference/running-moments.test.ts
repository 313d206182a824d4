import { expect, test } from 'vitest';
import { mean, populationVariance } from './moments';
import {
  accumulate,
  deviation,
  discountedReturns,
  mergeMoments,
  momentsOf,
  NO_MOMENTS,
  normalizeObservation,
} from './running-moments';

test('1, 2, 6 have count 3, mean 3 and squared deviations 4 + 1 + 9', () => {
  expect(momentsOf([1, 2, 6])).toEqual({ count: 3, mean: 3, m2: 14 });
});

test('merged batches have the moments of the whole list', () => {
  const batches = [[1, 2, 6], [-3], [0.5, 8]];
  const merged = batches.reduce(accumulate, NO_MOMENTS);
  const all = batches.flat();
  expect(merged.count).toBe(6);
  expect(merged.mean).toBeCloseTo(mean(all), 14);
  expect(merged.m2).toBeCloseTo(6 * populationVariance(all), 12);
  expect(mergeMoments(NO_MOMENTS, NO_MOMENTS)).toEqual(NO_MOMENTS);
});

test('a batch that is not finite is left out', () => {
  const before = momentsOf([1, 2, 6]);
  expect(accumulate(before, [1, Number.NaN])).toBe(before);
  expect(accumulate(before, [Number.POSITIVE_INFINITY, 1])).toBe(before);
});

test('before any data nothing is shifted or scaled, only clipped', () => {
  expect(deviation(NO_MOMENTS)).toBeCloseTo(1, 7);
  const [small, large] = normalizeObservation([0.5, -70], [NO_MOMENTS, NO_MOMENTS], 10);
  expect(small).toBeCloseTo(0.5, 7);
  expect(large).toBe(-10);
});

test('an observation is centred, scaled and clipped', () => {
  const moments = [momentsOf([1, 3]), momentsOf([5, 5])];
  // (2.5 - 2) / 1; (5.001 - 5) / 1e-4
  const [x, y] = normalizeObservation([2.5, 5.001], moments, 9);
  expect(x).toBeCloseTo(0.5, 7);
  expect(y).toBe(9);
});

test('discounted returns go on from the last rollout and begin anew after an ending', () => {
  const rewards = [
    [1, 2],
    [3, Number.NaN],
    [5, 6],
  ];
  const ended = [
    [false, false],
    [true, false],
    [false, false],
  ];
  const { returns, carried } = discountedReturns(rewards, ended, [8, 0], 0.5);
  // 1 + 0.5 · 8 = 5; 3 + 0.5 · 5 = 5.5, which ends; 5. And 2; NaN, which is dropped; 6.
  expect(returns).toEqual([
    [5, 2],
    [5.5, Number.NaN],
    [5, 6],
  ]);
  expect(carried).toEqual([5, 6]);
});
