import { expect, test } from 'vitest';
import { formatAction, formatReturns, formatSum } from '../../src/cli/caption';

test.each([
  [37, '37'],
  [-0.254, '-0.25'],
  [1e3, '1000'],
  [0.1 + 0.2, '0.3'],
  [Number.NaN, 'NaN'],
])('the sum %d is %s', (value, text) => {
  expect(formatSum(value)).toBe(text);
});

test('actions are named where they have names', () => {
  const discrete = { type: 'discrete', n: 2, names: ['left', 'right'] } as const;
  expect(formatAction(discrete, [1])).toBe('right');
  expect(formatAction({ type: 'discrete', n: 2 }, [1])).toBe('choice 1');
  expect(formatAction({ type: 'multi-discrete', nvec: [3, 2] }, [2, 0])).toBe('2 0');
  const box = { type: 'box', low: [-1, -1], high: [1, 1] } as const;
  expect(formatAction(box, [0.125, -1])).toBe('0.13 -1.00');
});

test('returns have their mean and deviation', () => {
  expect(formatReturns([2, 4])).toBe('2 episodes: return 3 ± 1');
  expect(formatReturns([2])).toBe('1 episode: return 2 ± 0');
});
