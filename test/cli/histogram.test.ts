import { expect, test } from 'vitest';
import { formatHistogram } from '../../src/cli/histogram';

test('ten intervals from the least to the most, with bars of at most 40 characters', () => {
  const lines = formatHistogram([0, 0, 0, 0, 10, 9.99, 5]).split('\n');
  expect(lines.length).toBe(10);
  expect(lines[0]).toMatch(/^ *0\.0 … +1\.0 +4 {2}█{40}$/);
  expect(lines[5]).toMatch(/^ *5\.0 … +6\.0 +1 {2}█{10}$/);
  expect(lines[9]).toMatch(/^ *9\.0 … +10\.0 +2 {2}█{20}$/);
  expect(lines[1]).toMatch(/^ *1\.0 … +2\.0 +0$/);
});

test('a single value of many has at least a trace', () => {
  const lines = formatHistogram([...Array<number>(100_000).fill(1), 2]).split('\n');
  expect(lines[9]).toMatch(/ 1 {2}▏$/);
});

test('values that are all the same, none, or not finite', () => {
  expect(formatHistogram(Array<number>(1500).fill(500))).toBe('all 1,500 are 500.0');
  expect(formatHistogram([])).toBe('no values');
  expect(formatHistogram([3, NaN, Infinity])).toBe('all 1 are 3.0\n2 are not finite');
});
