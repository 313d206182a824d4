import { expect, test } from 'vitest';
import { ADAM_BETAS, adamStep, clipFactor, globalNorm, initialAdamState } from './adam';
import { expectClose } from './expect-close';

const settings = { ...ADAM_BETAS, learningRate: () => 0.1, epsilon: 1e-5, weightDecay: 0 };

test('weight decay is decoupled: it neither sees nor feeds the moments', () => {
  const decaying = { ...settings, weightDecay: 0.5 };
  const { parameters, state } = adamStep([8, 1], [0, 0], initialAdamState(2), decaying);
  expectClose(parameters, [7.6, 0.95], 1e-14);
  expect(state.firstMoment).toEqual([0, 0]);
});

test('the first step is the learning rate against the sign of the gradient', () => {
  // m / (1 - beta1) = g, v / (1 - beta2) = g^2: a step of lr g / (|g| + epsilon)
  const { parameters } = adamStep([1, 1, 1], [2, -3, 0], initialAdamState(3), settings);
  expectClose(parameters, [1 - 0.2 / 2.00001, 1 + 0.3 / 3.00001, 1], 1e-14);
});

test('the second step remembers the first', () => {
  const first = adamStep([0], [1], initialAdamState(1), settings);
  const second = adamStep(first.parameters, [-2], first.state, settings);
  // m = 0.9·0.1 - 0.1·2 = -0.11, v = 0.999·0.001 + 0.001·4 = 0.004999
  expectClose(second.state.firstMoment, [-0.11], 1e-14);
  expectClose(second.state.secondMoment, [0.004999], 1e-14);
  // 1 - 0.9^2 = 0.19, 1 - 0.999^2 = 0.001999
  const step = (0.1 * (-0.11 / 0.19)) / (Math.sqrt(0.004999 / 0.001999) + 1e-5);
  expectClose(second.parameters, [first.parameters[0]! - step], 1e-12);
  expect(second.state.updates).toBe(2);
});

test('the global norm is clipped from above only', () => {
  expect(globalNorm([3, 4])).toBe(5);
  expect(clipFactor(5, 0.5)).toBe(0.5 / 5.000001);
  expect(clipFactor(0.1, 0.5)).toBe(1);
  expect(clipFactor(0, 0.5)).toBe(1);
});
