import { expect, test } from 'vitest';
import { spreadOf } from '../../../bench/support/statistics';

test('of an odd number of values the median is the middle one', () => {
  expect(spreadOf([10, 2, 33])).toEqual({ median: 10, low: 2, high: 33 });
});

test('of an even number of values the median lies between the middle two', () => {
  expect(spreadOf([4, 100, 1, 7])).toEqual({ median: 5.5, low: 1, high: 100 });
});

test('values stay in their order', () => {
  const values = [3, 1, 2];
  spreadOf(values);
  expect(values).toEqual([3, 1, 2]);
});
