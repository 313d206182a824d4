/**
 * Actions and log-probabilities from the actor's outputs on the host; the formulas are those of
 * shaders/distributions.
 */
import {
  type ActionHead,
  type ChoicesHead,
  choiceRanges,
  type GaussianHead,
  logActionScale,
} from './action-head';
import { sigmoid } from './forward';
import { FORBIDDEN_LOGIT, HALF_LOG_TWO_PI } from './policy-constants';

/** An action as the environment gets it, and the log-probability of what was chosen. */
export interface Chosen {
  /** [A] */
  readonly action: number[];
  readonly logProbability: number;
}

/** How a policy draws its action. */
export type ActionDistribution =
  | {
      readonly kind: 'choices';
      /** For each choice, the probabilities of its values, which sum to 1. */
      readonly probabilities: readonly (readonly number[])[];
    }
  | {
      readonly kind: 'normal';
      /** Of the numbers that are drawn, before they are clipped or squashed, [A]. */
      readonly mean: readonly number[];
      readonly deviation: readonly number[];
      /** What the environment gets one deviation below the mean, at it, and one above, [A] each. */
      readonly below: readonly number[];
      readonly middle: readonly number[];
      readonly above: readonly number[];
    };

/** A number in [0, 1); undefined for the most likely action. */
export type Random = (() => number) | undefined;

/** @param mask [D] where the head is masked */
export function decide(
  head: ActionHead,
  outputs: Float32Array,
  mask: readonly boolean[] | undefined,
  random: Random,
): Chosen {
  return head.kind === 'choices'
    ? choose(head, outputs, mask, random)
    : draw(head, outputs, random);
}

/** @param mask [D] where the head is masked */
export function distributionOf(
  head: ActionHead,
  outputs: Float32Array,
  mask: readonly boolean[] | undefined,
): ActionDistribution {
  if (head.kind === 'choices') {
    const allowed = allowedLogits(outputs, mask);
    const probabilities = choiceRanges(head.nvec).map(([begin, end]) =>
      [...logSoftmax(allowed.subarray(begin, end))].map(Math.exp),
    );
    return { kind: 'choices', probabilities };
  }
  const { low, high, squashed } = head;
  const mean = [...outputs.subarray(0, low.length)];
  const deviation = mean.map((_, a) => Math.exp(logStdOf(head, outputs, a)));
  const at = (deviations: number): number[] =>
    mean.map((middle, a) => {
      const number = Math.fround(middle + deviations * deviation[a]!);
      return executed(number, low[a]!, high[a]!, squashed);
    });
  return { kind: 'normal', mean, deviation, below: at(-1), middle: at(0), above: at(1) };
}

function choose(
  { nvec }: ChoicesHead,
  logits: Float32Array,
  mask: readonly boolean[] | undefined,
  random: Random,
): Chosen {
  const allowed = allowedLogits(logits, mask);
  let logProbability = 0;
  const action = choiceRanges(nvec).map(([begin, end]) => {
    const own = allowed.subarray(begin, end);
    const logProbabilities = logSoftmax(own);
    const choice = random ? sampled(logProbabilities, random()) : largest(own);
    logProbability += logProbabilities[choice]!;
    return choice;
  });
  return { action, logProbability: Math.fround(logProbability) };
}

function allowedLogits(logits: Float32Array, mask: readonly boolean[] | undefined): Float32Array {
  return mask ? logits.map((logit, d) => (mask[d] ? logit : FORBIDDEN_LOGIT)) : logits;
}

function logSoftmax(logits: Float32Array): Float32Array {
  const most = Math.max(...logits);
  const total = logits.reduce((sum, logit) => sum + Math.exp(logit - most), 0);
  return logits.map((logit) => logit - (most + Math.log(total)));
}

/** The index of the largest number; the first of equal ones. */
function largest(values: Float32Array): number {
  return values.indexOf(Math.max(...values));
}

/**
 * The first choice whose cumulative probability exceeds `threshold`; the last allowed one if
 * rounding leaves none.
 */
function sampled(logProbabilities: Float32Array, threshold: number): number {
  let cumulative = 0;
  let choice = 0;
  for (const [d, logProbability] of logProbabilities.entries()) {
    if (threshold >= cumulative && logProbability > FORBIDDEN_LOGIT) choice = d;
    cumulative += Math.exp(logProbability);
  }
  return choice;
}

function draw(head: GaussianHead, outputs: Float32Array, random: Random): Chosen {
  const { low, high, squashed } = head;
  let logProbability = squashed ? -logActionScale(head) : 0;
  const action = low.map((bound, a) => {
    const logStd = logStdOf(head, outputs, a);
    const mean = outputs[a]!;
    const number = Math.fround(random ? mean + Math.exp(logStd) * normal(random) : mean);
    const z = (number - mean) * Math.exp(-logStd);
    logProbability -= 0.5 * z * z + logStd + HALF_LOG_TWO_PI;
    if (squashed) logProbability -= logSlope(number);
    return executed(number, bound, high[a]!, squashed);
  });
  return { action, logProbability: Math.fround(logProbability) };
}

function logStdOf({ low, logStd }: GaussianHead, outputs: Float32Array, a: number): number {
  if (logStd instanceof Float32Array) return logStd[a]!;
  return Math.fround(
    logStd.low + (logStd.high - logStd.low) * sigmoid(2 * outputs[low.length + a]!),
  );
}

/** log(1 - tanh² u) = 2 (log 2 - |u| - log(1 + e^(-2|u|))) */
function logSlope(u: number): number {
  return 2 * (Math.LN2 - Math.abs(u) - Math.log1p(Math.exp(-2 * Math.abs(u))));
}

/** What the environment gets of a number: clipped to its bounds, or squashed into them. */
function executed(number: number, low: number, high: number, squashed: boolean): number {
  const inside = squashed ? low + sigmoid(2 * number) * (high - low) : number;
  return Math.fround(Math.min(high, Math.max(low, inside)));
}

/** A standard normal number (Box and Muller 1958). */
function normal(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}
