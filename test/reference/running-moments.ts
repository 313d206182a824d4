/**
 * Count, mean and sum of squared deviations of all numbers so far, and what is normalized by them.
 */

import type { Vector } from './linear';
import { mean, populationVariance } from './moments';

export interface Moments {
  readonly count: number;
  readonly mean: number;
  /** Sum of squared deviations from the mean. */
  readonly m2: number;
}

export const NO_MOMENTS: Moments = { count: 0, mean: 0, m2: 0 };

export function momentsOf(values: Vector): Moments {
  if (values.length === 0) return NO_MOMENTS;
  const count = values.length;
  return { count, mean: mean(values), m2: populationVariance(values) * count };
}

/** Those of both lists together (Chan, Golub and LeVeque 1979). */
export function mergeMoments(a: Moments, b: Moments): Moments {
  const count = a.count + b.count;
  if (count === 0) return NO_MOMENTS;
  const delta = b.mean - a.mean;
  return {
    count,
    mean: a.mean + (delta * b.count) / count,
    m2: a.m2 + b.m2 + (delta ** 2 * a.count * b.count) / count,
  };
}

/** `running` with a batch added; a batch that is not finite throughout is left out. */
export function accumulate(running: Moments, batch: Vector): Moments {
  return batch.every(Number.isFinite) ? mergeMoments(running, momentsOf(batch)) : running;
}

/** sqrt(variance + 1e-8) with the population variance, which counts as 1 before any data. */
export function deviation({ count, m2 }: Moments): number {
  return Math.sqrt((count === 0 ? 1 : m2 / count) + 1e-8);
}

export function clamp(value: number, bound: number): number {
  return Math.min(bound, Math.max(-bound, value));
}

/** clamp((o - mean) / sqrt(variance + 1e-8), -c, c) for each field. */
export function normalizeObservation(
  observation: Vector,
  moments: readonly Moments[],
  clipObs: number,
): number[] {
  return observation.map((o, field) => {
    const own = moments[field]!;
    return clamp((o - own.mean) / deviation(own), clipObs);
  });
}

/**
 * G_t = r_t + gamma G_{t-1}, from 0 after an ending, [T][N], from `before` on; and what the next
 * rollout goes on from, [N]. A return that is not finite is not carried on.
 */
export function discountedReturns(
  rewards: readonly Vector[],
  ended: readonly (readonly boolean[])[],
  before: Vector,
  gamma: number,
): { readonly returns: number[][]; readonly carried: readonly number[] } {
  let carried: readonly number[] = before;
  const returns = rewards.map((row, t) => {
    const step = row.map((reward, n) => reward + gamma * carried[n]!);
    carried = step.map((g, n) => (ended[t]![n]! || !Number.isFinite(g) ? 0 : g));
    return step;
  });
  return { returns, carried };
}
