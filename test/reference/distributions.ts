/**
 * Action distributions over a flat list of parameters, [D]. An action is always a list of numbers:
 * one index, one index per head, or one real number per dimension.
 */

import type { Vector } from './linear';
import type { Rng } from './rng';

export interface Distribution {
  /** D */
  readonly parameterCount: number;
  /** A */
  readonly actionSize: number;
  sample(parameters: Vector, rng: Rng): number[];
  /** The most probable action. */
  mode(parameters: Vector): number[];
  logProb(parameters: Vector, action: Vector): number;
  entropy(parameters: Vector): number;
  /** d logProb / d parameters, [D] */
  dLogProb(parameters: Vector, action: Vector): number[];
  /** d entropy / d parameters, [D] */
  dEntropy(parameters: Vector): number[];
}

/** log p_i = l_i - log sum_j e^(l_j); the largest logit is taken out so that nothing overflows. */
export function logSoftmax(logits: Vector): number[] {
  const largest = Math.max(...logits);
  const sum = logits.reduce((total, logit) => total + Math.exp(logit - largest), 0);
  return logits.map((logit) => logit - largest - Math.log(sum));
}

/** The first index whose cumulative probability exceeds u; the last one if rounding leaves none. */
export function inverseCdf(probabilities: Vector, u: number): number {
  let cumulative = 0;
  for (const [index, probability] of probabilities.entries()) {
    cumulative += probability;
    if (u < cumulative) {
      return index;
    }
  }
  return probabilities.length - 1;
}

/** One index out of `size`; the parameters are logits. */
export function categorical(size: number): Distribution {
  const entropy = (logits: Vector): number =>
    // H = -sum_i p_i log p_i
    -logSoftmax(logits).reduce((sum, logP) => sum + Math.exp(logP) * logP, 0);
  return {
    parameterCount: size,
    actionSize: 1,
    sample: (logits, rng) => [inverseCdf(logSoftmax(logits).map(Math.exp), rng.random())],
    mode: (logits) => [logits.indexOf(Math.max(...logits))],
    logProb: (logits, action) => logSoftmax(logits)[action[0]!]!,
    entropy,
    // d log p_a / d l_i = [i = a] - p_i
    dLogProb: (logits, action) =>
      logSoftmax(logits).map((logP, i) => (i === action[0] ? 1 : 0) - Math.exp(logP)),
    // dH / d l_i = -p_i (log p_i + H)
    dEntropy: (logits) => {
      const total = entropy(logits);
      return logSoftmax(logits).map((logP) => -Math.exp(logP) * (logP + total));
    },
  };
}

/** One index per head; heads are independent, their logits lie side by side. */
export function multiCategorical(headSizes: readonly number[]): Distribution {
  const heads = headSizes.map(categorical);
  const sum = (values: Vector): number => values.reduce((total, value) => total + value, 0);
  const split = (logits: Vector): Vector[] => {
    let start = 0;
    return headSizes.map((size) => {
      start += size;
      return logits.slice(start - size, start);
    });
  };
  return {
    parameterCount: sum(headSizes),
    actionSize: heads.length,
    sample: (logits, rng) => split(logits).flatMap((part, h) => heads[h]!.sample(part, rng)),
    mode: (logits) => split(logits).flatMap((part, h) => heads[h]!.mode(part)),
    logProb: (logits, action) =>
      sum(split(logits).map((part, h) => heads[h]!.logProb(part, [action[h]!]))),
    entropy: (logits) => sum(split(logits).map((part, h) => heads[h]!.entropy(part))),
    dLogProb: (logits, action) =>
      split(logits).flatMap((part, h) => heads[h]!.dLogProb(part, [action[h]!])),
    dEntropy: (logits) => split(logits).flatMap((part, h) => heads[h]!.dEntropy(part)),
  };
}

/** Independent normal numbers; the parameters are all means, then all log standard deviations. */
export function diagonalGaussian(size: number): Distribution {
  const mean = (parameters: Vector, i: number): number => parameters[i]!;
  const logStd = (parameters: Vector, i: number): number => parameters[size + i]!;
  const dimensions = Array.from({ length: size }, (_, i) => i);
  /** (a_i - mean_i) / std_i */
  const standardized = (parameters: Vector, action: Vector): number[] =>
    action.map((a, i) => (a - mean(parameters, i)) / Math.exp(logStd(parameters, i)));
  return {
    parameterCount: 2 * size,
    actionSize: size,
    sample: (parameters, rng) =>
      dimensions.map((i) => mean(parameters, i) + Math.exp(logStd(parameters, i)) * rng.normal()),
    mode: (parameters) => parameters.slice(0, size),
    // log p = sum_i -z_i^2 / 2 - log std_i - log(2 pi) / 2
    logProb: (parameters, action) =>
      standardized(parameters, action).reduce(
        (sum, z, i) => sum - z ** 2 / 2 - logStd(parameters, i) - Math.log(2 * Math.PI) / 2,
        0,
      ),
    // H = sum_i 1/2 + log(2 pi) / 2 + log std_i
    entropy: (parameters) =>
      dimensions.reduce(
        (sum, i) => sum + 0.5 + Math.log(2 * Math.PI) / 2 + logStd(parameters, i),
        0,
      ),
    // d log p / d mean_i = z_i / std_i;  d log p / d log std_i = z_i^2 - 1
    dLogProb: (parameters, action) => {
      const z = standardized(parameters, action);
      const dMean = z.map((zi, i) => zi / Math.exp(logStd(parameters, i)));
      return [...dMean, ...z.map((zi) => zi ** 2 - 1)];
    },
    dEntropy: () => [...dimensions.map(() => 0), ...dimensions.map(() => 1)],
  };
}
