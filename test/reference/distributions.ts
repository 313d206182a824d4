/**
 * Action distributions over a flat list of parameters, [D]. An action is always a list of numbers:
 * one index, one index per head, or one real number per dimension.
 */

import type { Vector } from './linear';
import { normalExpectation } from './quadrature';
import type { Rng } from './rng';

export interface Distribution {
  /** D */
  readonly parameterCount: number;
  /** A */
  readonly actionSize: number;
  sample(parameters: Vector, rng: Rng): number[];
  /** The most probable action. */
  mode(parameters: Vector): number[];
  /** What the environment gets of an action. */
  executed(action: Vector): number[];
  logProb(parameters: Vector, action: Vector): number;
  entropy(parameters: Vector): number;
  /** d logProb / d parameters, [D] */
  dLogProb(parameters: Vector, action: Vector): number[];
  /** d entropy / d parameters, [D] */
  dEntropy(parameters: Vector): number[];
  /** Of discrete choices: the distribution over those that a mask [D] allows. */
  masked?(mask: Mask): Distribution;
}

/** Whether each choice is allowed, [D]. */
export type Mask = readonly boolean[];

/** The distribution over what a mask allows; without one, the distribution itself. */
export function maskedBy(distribution: Distribution, mask: Mask | undefined): Distribution {
  return mask ? distribution.masked!(mask) : distribution;
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
    executed: (action) => [...action],
    masked: (mask) => restricted(size, mask),
  };
}

/** The categorical of the allowed logits alone; a mask that allows none of them allows all. */
function restricted(size: number, mask: Mask): Distribution {
  const all = Array.from({ length: size }, (_, i) => i);
  const some = all.filter((i) => mask[i]);
  const allowed = some.length > 0 ? some : all;
  const inner = categorical(allowed.length);
  const pick = (logits: Vector): number[] => allowed.map((i) => logits[i]!);
  const inside = ([choice]: Vector): number[] => [allowed.indexOf(choice!)];
  const outside = ([choice]: Vector): number[] => [allowed[choice!]!];
  const spread = (values: Vector): number[] => all.map((i) => values[allowed.indexOf(i)] ?? 0);
  return {
    ...inner,
    parameterCount: size,
    sample: (logits, rng) => outside(inner.sample(pick(logits), rng)),
    mode: (logits) => outside(inner.mode(pick(logits))),
    logProb: (logits, action) => inner.logProb(pick(logits), inside(action)),
    entropy: (logits) => inner.entropy(pick(logits)),
    dLogProb: (logits, action) => spread(inner.dLogProb(pick(logits), inside(action))),
    dEntropy: (logits) => spread(inner.dEntropy(pick(logits))),
  };
}

/** One index per head; heads are independent, their logits lie side by side. */
export function multiCategorical(headSizes: readonly number[]): Distribution {
  return sideBySide(headSizes, headSizes.map(categorical));
}

function sideBySide(headSizes: readonly number[], heads: readonly Distribution[]): Distribution {
  const sum = (values: Vector): number => values.reduce((total, value) => total + value, 0);
  const split = <T>(logits: readonly T[]): (readonly T[])[] => {
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
    executed: (action) => [...action],
    masked: (mask) =>
      sideBySide(
        headSizes,
        split(mask).map((part, h) => restricted(headSizes[h]!, part)),
      ),
  };
}

export interface GaussianOptions {
  /** Bounds of each number of an action; without them nothing is clipped. */
  readonly low?: Vector;
  readonly high?: Vector;
  /** Of the log standard deviations where the network puts them out; null where they are free. */
  readonly logStdBounds?: readonly [number, number] | null;
}

/** log std of dimension i, and its derivative by the parameter that it comes from. */
function logStdOf(parameters: Vector, i: number, bounds: GaussianOptions['logStdBounds']) {
  const x = parameters[parameters.length / 2 + i]!;
  if (!bounds) return { logStd: x, slope: 1 };
  const [low, high] = bounds;
  // log std = low + (high - low) / 2 (tanh x + 1)
  const logStd = low + ((high - low) / 2) * (Math.tanh(x) + 1);
  return { logStd, slope: ((high - low) / 2) * (1 - Math.tanh(x) ** 2) };
}

/** Independent normal numbers; the parameters are all means, then what the log stds come from. */
export function diagonalGaussian(size: number, options: GaussianOptions = {}): Distribution {
  const { low, high, logStdBounds } = options;
  const mean = (parameters: Vector, i: number): number => parameters[i]!;
  const logStd = (parameters: Vector, i: number): number =>
    logStdOf(parameters, i, logStdBounds).logStd;
  const slope = (parameters: Vector, i: number): number =>
    logStdOf(parameters, i, logStdBounds).slope;
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
    executed: (action) =>
      action.map((a, i) =>
        Math.min(
          Math.max(a, low?.[i] ?? Number.NEGATIVE_INFINITY),
          high?.[i] ?? Number.POSITIVE_INFINITY,
        ),
      ),
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
      return [...dMean, ...z.map((zi, i) => (zi ** 2 - 1) * slope(parameters, i))];
    },
    dEntropy: (parameters) => [
      ...dimensions.map(() => 0),
      ...dimensions.map((i) => slope(parameters, i)),
    ],
  };
}

/** log(1 - tanh^2 u) = -2 log cosh u, without an overflow */
export function logSlope(u: number): number {
  return 2 * (Math.LN2 - Math.abs(u) - Math.log1p(Math.exp(-2 * Math.abs(u))));
}

/**
 * Normal numbers u, executed as low + (tanh u + 1) / 2 (high - low). Actions are u; the density is
 * that of the executed ones.
 */
export function squashedGaussian(
  size: number,
  options: GaussianOptions & { readonly low: Vector; readonly high: Vector },
): Distribution {
  const { low, high, logStdBounds } = options;
  const normal = diagonalGaussian(size, { logStdBounds: logStdBounds ?? null });
  const dimensions = Array.from({ length: size }, (_, i) => i);
  const sum = (values: Vector): number => values.reduce((total, value) => total + value, 0);
  const logScale = sum(dimensions.map((i) => Math.log((high[i]! - low[i]!) / 2)));
  /** E[f(u, z)] in dimension i, where u = mean + std z */
  const expectation = (parameters: Vector, i: number, f: (u: number, z: number) => number) => {
    const std = Math.exp(logStdOf(parameters, i, logStdBounds).logStd);
    return normalExpectation((z) => f(parameters[i]! + std * z, std * z));
  };
  return {
    ...normal,
    executed: (action) =>
      action.map((u, i) => low[i]! + ((Math.tanh(u) + 1) / 2) * (high[i]! - low[i]!)),
    // log p(a) = log N(u) - log |da / du|
    logProb: (parameters, action) =>
      normal.logProb(parameters, action) - sum(action.map(logSlope)) - logScale,
    entropy: (parameters) =>
      normal.entropy(parameters) +
      sum(dimensions.map((i) => expectation(parameters, i, logSlope))) +
      logScale,
    // d log(1 - tanh^2 u) / du = -2 tanh u;  du / d mean = 1;  du / d log std = std z
    dEntropy: (parameters) => [
      ...dimensions.map((i) => expectation(parameters, i, (u) => -2 * Math.tanh(u))),
      ...dimensions.map(
        (i) =>
          (1 + expectation(parameters, i, (u, offset) => -2 * Math.tanh(u) * offset)) *
          logStdOf(parameters, i, logStdBounds).slope,
      ),
    ],
  };
}
