import { describe, expect, test } from 'vitest';
import { cutEvenly, cutWithin, spreadOverDispatches } from '../../src/trainer/cut-submissions';

describe('runs within a limit', () => {
  test.each([
    ['all of it in one', [1, 2, 3], 6, [3]],
    ['as few as possible', [3, 3, 3, 3, 3], 7, [2, 4, 5]],
    ['one dispatch beyond the limit stays alone', [1, 50, 1, 1], 10, [1, 2, 4]],
    ['the first may be beyond it, too', [50, 1], 10, [1, 2]],
    ['dispatches that cost nothing go with those before', [5, 0, 5, 0], 5, [2, 4]],
    ['nothing makes one empty run', [], 5, [0]],
  ])('%s', (_, costs, limit, ends) => {
    expect(cutWithin(costs, limit)).toEqual(ends);
  });
});

describe.each([1, 2, 3, 4, 5, 13, 20])('13 dispatches in %d parts', (parts) => {
  const ends = cutEvenly(13, parts);
  const lengths = ends.map((end, run) => end - (ends[run - 1] ?? 0));

  test('are all there, in at most as many parts as asked for, none empty or too long', () => {
    expect(ends.at(-1)).toBe(13);
    expect(ends.length).toBeLessThanOrEqual(parts);
    expect(Math.min(...lengths)).toBeGreaterThan(0);
    expect(Math.max(...lengths)).toBeLessThanOrEqual(Math.ceil(13 / parts));
  });
});

test('parts are more than asked for where each would be longer than the most', () => {
  expect(cutEvenly(13, 2, 5)).toEqual([5, 10, 13]);
  expect(cutEvenly(13, 4, 5)).toEqual([4, 8, 12, 13]);
  expect(cutEvenly(0, 4, 5)).toEqual([0]);
});

test('a part divides its time among its dispatches; negative times count as 0', () => {
  expect([...spreadOverDispatches([2, 3, 6], [10, 4, -3])]).toEqual([5, 5, 4, 0, 0, 0]);
});
