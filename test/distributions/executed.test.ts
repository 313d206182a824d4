/** By hand; test/trainer/play-episodes.test.ts compares it with what the device executes. */
import { expect, test } from 'vitest';
import { distributionFor } from '../../src/distributions/distribution';
import { executedAction } from '../../src/distributions/executed';

test('choices stay as they are', () => {
  const discrete = { type: 'discrete', n: 3 } as const;
  expect(executedAction(distributionFor(discrete), discrete, [2])).toEqual([2]);
  const many = { type: 'multi-discrete', nvec: [3, 2] } as const;
  expect(executedAction(distributionFor(many), many, [2, 1])).toEqual([2, 1]);
});

const box = { type: 'box', low: [-1, 0, -Infinity], high: [1, 0.5, 2] } as const;

test('numbers are clipped', () => {
  const gaussian = distributionFor(box);
  expect(executedAction(gaussian, box, [0.25, 0.75, 3])).toEqual([0.25, 0.5, 2]);
  expect(executedAction(gaussian, box, [-7, -0.1, -9])).toEqual([-1, 0, -9]);
});

test('or squashed', () => {
  const bounded = { type: 'box', low: [-1, 0, 2], high: [1, 8, 6] } as const;
  const squashed = distributionFor(bounded, { squashActions: true });
  // tanh of ½ log 3 is ½.
  const half = Math.log(3) / 2;
  const [first, second, third] = executedAction(squashed, bounded, [half, 0, -half]);
  expect(first).toBeCloseTo(0.5, 12);
  expect(second).toBe(4);
  expect(third).toBeCloseTo(3, 12);
  expect(executedAction(squashed, bounded, [1000, -1000, 1000])).toEqual([1, 0, 6]);
});
