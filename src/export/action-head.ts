/** What turns the actor's outputs into actions, as plain numbers. */
import type { PpoConfig } from '../config/ppo-config';
import type { EnvironmentDefinition } from '../environments/definition';

/** Independent choices, choice c out of `nvec[c]`; the outputs are their logits side by side. */
export interface ChoicesHead {
  readonly kind: 'choices';
  readonly nvec: readonly number[];
  /** Whether every observation comes with a mask of the allowed values. */
  readonly masked: boolean;
}

/** Independent normal numbers; the outputs are their means, then perhaps their spreads. */
export interface GaussianHead {
  readonly kind: 'gaussian';
  /** Bounds of each number of an action, -Infinity and Infinity where there are none. */
  readonly low: readonly number[];
  readonly high: readonly number[];
  /** Whether tanh squashes the numbers into the bounds, instead of clipping. */
  readonly squashed: boolean;
  /** Log standard deviations [A], or their bounds where the network computes them. */
  readonly logStd: Float32Array | LogStdBounds;
}

/** log σ = low + (high - low) sigmoid(2x) with x from the network */
export interface LogStdBounds {
  readonly low: number;
  readonly high: number;
}

/** How actions follow from the actor's outputs. */
export type ActionHead = ChoicesHead | GaussianHead;

/** @param logStd free parameters of the distribution */
export function actionHead(
  { action, actionMask = false }: EnvironmentDefinition,
  { stateDependentStd, logStdMin, logStdMax }: PpoConfig,
  squashed: boolean,
  logStd: Float32Array,
): ActionHead {
  if (action.type !== 'box') {
    const nvec = action.type === 'discrete' ? [action.n] : action.nvec;
    return { kind: 'choices', nvec, masked: actionMask };
  }
  const bounds = { low: Math.fround(logStdMin), high: Math.fround(logStdMax) };
  return {
    kind: 'gaussian',
    low: action.low.map(Math.fround),
    high: action.high.map(Math.fround),
    squashed,
    logStd: stateDependentStd ? bounds : logStd,
  };
}

/** A: numbers per action. */
export function actionSize(head: ActionHead): number {
  return head.kind === 'choices' ? head.nvec.length : head.low.length;
}

/** Where the values of each choice begin and end among all of them. */
export function choiceRanges(nvec: readonly number[]): readonly (readonly [number, number])[] {
  let end = 0;
  return nvec.map((count) => {
    end += count;
    return [end - count, end];
  });
}

/** Σ log (high - low)/2, what squashing into the bounds takes from the log-density. */
export function logActionScale({ low, high }: GaussianHead): number {
  return low.reduce((sum, bound, a) => sum + Math.log((high[a]! - bound) / 2), 0);
}

/** Values of all choices together. */
export function choiceCount({ nvec }: ChoicesHead): number {
  return nvec.reduce((sum, count) => sum + count, 0);
}
