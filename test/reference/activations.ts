/** Activation functions and their derivatives, both taken at the pre-activation x. */

import type { Activation } from '../../src/config/choices';

export interface ActivationFunction {
  readonly value: (x: number) => number;
  readonly derivative: (x: number) => number;
}

function sigmoid(x: number): number {
  return 1 / (1 + Math.exp(-x));
}

export const ACTIVATION_FUNCTIONS: Readonly<Record<Activation | 'identity', ActivationFunction>> = {
  tanh: {
    value: Math.tanh,
    // tanh'(x) = 1 - tanh(x)^2
    derivative: (x) => 1 - Math.tanh(x) ** 2,
  },
  relu: {
    value: (x) => Math.max(x, 0),
    // 0 at x = 0, as PyTorch has it
    derivative: (x) => (x > 0 ? 1 : 0),
  },
  elu: {
    // alpha = 1: x above 0, e^x - 1 below
    value: (x) => (x > 0 ? x : Math.expm1(x)),
    derivative: (x) => (x > 0 ? 1 : Math.exp(x)),
  },
  silu: {
    value: (x) => x * sigmoid(x),
    // d(x s(x))/dx = s(x) (1 + x (1 - s(x)))
    derivative: (x) => sigmoid(x) * (1 + x * (1 - sigmoid(x))),
  },
  identity: {
    value: (x) => x,
    derivative: () => 1,
  },
};
