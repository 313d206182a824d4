/**
 * Clipping by the global norm, and Adam (Kingma and Ba 2015; AdamW of 2019) over one flat vector.
 */

import type { Vector } from './linear';

export interface AdamSettings {
  /** Of parameter p. */
  readonly learningRate: (p: number) => number;
  /** Outside the square root. */
  readonly epsilon: number;
  readonly beta1: number;
  readonly beta2: number;
  /** Decoupled: 0 is plain Adam. */
  readonly weightDecay: number;
}

export const ADAM_BETAS = { beta1: 0.9, beta2: 0.999 } as const;

export interface AdamState {
  /** Updates done so far. */
  readonly updates: number;
  /** m, [P] */
  readonly firstMoment: Vector;
  /** v, [P] */
  readonly secondMoment: Vector;
}

export function initialAdamState(size: number): AdamState {
  const zeros = Array.from({ length: size }, () => 0);
  return { updates: 0, firstMoment: zeros, secondMoment: zeros };
}

/** ||g|| = sqrt(sum_i g_i^2) */
export function globalNorm(gradient: Vector): number {
  return Math.sqrt(gradient.reduce((sum, g) => sum + g * g, 0));
}

/** PyTorch's clip_grad_norm_: min(1, max / (norm + 1e-6)) */
export function clipFactor(norm: number, maxNorm: number): number {
  return Math.min(1, maxNorm / (norm + 1e-6));
}

export function adamStep(
  parameters: Vector,
  gradient: Vector,
  state: AdamState,
  settings: AdamSettings,
): { readonly parameters: number[]; readonly state: AdamState } {
  const { learningRate, epsilon, beta1, beta2, weightDecay } = settings;
  const t = state.updates + 1;
  // m_t = beta1 m_t-1 + (1 - beta1) g
  const firstMoment = state.firstMoment.map((m, i) => beta1 * m + (1 - beta1) * gradient[i]!);
  // v_t = beta2 v_t-1 + (1 - beta2) g^2
  const secondMoment = state.secondMoment.map(
    (v, i) => beta2 * v + (1 - beta2) * gradient[i]! ** 2,
  );
  const updated = parameters.map((parameter, i) => {
    // mHat = m / (1 - beta1^t), vHat = v / (1 - beta2^t)
    const mHat = firstMoment[i]! / (1 - beta1 ** t);
    const vHat = secondMoment[i]! / (1 - beta2 ** t);
    // theta_t = (1 - lr decay) theta_t-1 - lr mHat / (sqrt(vHat) + epsilon)
    const rate = learningRate(i);
    const decayed = parameter * (1 - rate * weightDecay);
    return decayed - (rate * mHat) / (Math.sqrt(vHat) + epsilon);
  });
  return { parameters: updated, state: { updates: t, firstMoment, secondMoment } };
}
