import { describe, expect, test } from 'vitest';
import { ACTIVATION_FUNCTIONS } from './activations';
import { expectClose } from './expect-close';
import { finiteDifference } from './finite-difference';

describe.each(Object.entries(ACTIVATION_FUNCTIONS))('%s', (_, { value, derivative }) => {
  test.each([-3, -0.7, -0.01, 0.02, 0.9, 4])('has its slope as derivative at %d', (x) => {
    expectClose(
      [derivative(x)],
      finiteDifference(([at]) => value(at!), [x]),
      1e-8,
      1,
    );
  });
});

test('activations have the values of their definitions', () => {
  expect(ACTIVATION_FUNCTIONS.relu.value(-2)).toBe(0);
  expect(ACTIVATION_FUNCTIONS.relu.value(2)).toBe(2);
  expect(ACTIVATION_FUNCTIONS.elu.value(-Math.LN2)).toBeCloseTo(-0.5, 15);
  expect(ACTIVATION_FUNCTIONS.elu.value(3)).toBe(3);
  // s(ln 3) = 3 / 4
  expect(ACTIVATION_FUNCTIONS.silu.value(Math.log(3))).toBeCloseTo(0.75 * Math.log(3), 15);
  // tanh(ln 2) = (2 - 1/2) / (2 + 1/2)
  expect(ACTIVATION_FUNCTIONS.tanh.value(Math.LN2)).toBeCloseTo(0.6, 15);
});
