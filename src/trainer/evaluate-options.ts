/** Options of an evaluation. */
import { ConfigError } from '../config/config-error';
import { type AbortSignalLike, checkSignal } from './abort-signal';

/** Default for the longest episode where the environment has no time limit, in steps. */
const MOST_STEPS = 100_000;

/** How `Trainer.evaluate` plays. */
export interface EvaluateOptions {
  /**
   * Episodes per agent, a positive integer; default 100. Each is played by an environment of its
   * own.
   */
  readonly episodes?: number | undefined;
  /** Take the most likely action instead of a sample; default true. */
  readonly greedy?: boolean | undefined;
  /**
   * Steps after which an episode that has not ended is abandoned and not counted; by default the
   * environment's `maxEpisodeSteps`, or 100,000 where it has none.
   */
  readonly maxSteps?: number | undefined;
  /**
   * Seed of the episodes, from 0 to 4294967295: the same seed and policy play the same ones, which
   * `Trainer.play` shows with that seed. By default every call plays other ones.
   */
  readonly seed?: number | undefined;
  /** Whether `Evaluation.results` lists every episode; default false. */
  readonly perEpisode?: boolean | undefined;
  /**
   * An `AbortSignal` that cancels the evaluation, which rejects with the signal's reason; the
   * trainer stays usable.
   */
  readonly signal?: AbortSignalLike | undefined;
}

export interface CheckedOptions {
  readonly episodes: number;
  readonly greedy: boolean;
  readonly maxSteps: number;
  readonly seed: number | undefined;
  readonly perEpisode: boolean;
  readonly signal: AbortSignalLike | undefined;
}

/** Steps of the longest episode by default; 0 for an environment without a time limit. */
export function longestEpisode(maxEpisodeSteps: number): number {
  return maxEpisodeSteps || MOST_STEPS;
}

const NAMES = ['episodes', 'greedy', 'maxSteps', 'seed', 'perEpisode', 'signal'];
/** The largest seed of episodes. */
export const MOST_SEED = 2 ** 32 - 1;

/**
 * The options with their defaults.
 * @param maxEpisodeSteps of the environment; 0 for no time limit
 * @throws ConfigError naming each option that is unknown or out of range.
 */
export function completeOptions(options: EvaluateOptions, maxEpisodeSteps: number): CheckedOptions {
  const defaults = { episodes: 100, greedy: true, maxSteps: longestEpisode(maxEpisodeSteps) };
  if (typeof options !== 'object' || options === null) {
    throw new ConfigError([`evaluate takes an object of options, not ${options}`]);
  }
  const given = Object.entries(options).filter(([, value]) => value !== undefined);
  const complete: CheckedOptions = {
    ...defaults,
    seed: undefined,
    perEpisode: false,
    signal: undefined,
    ...(Object.fromEntries(given) as EvaluateOptions as Partial<CheckedOptions>),
  };
  const { episodes, greedy, maxSteps, seed, perEpisode, signal } = complete;
  const problems = [
    ...given.flatMap(([name]) => unknownProblems(name)),
    ...countProblems('episodes', episodes),
    ...countProblems('maxSteps', maxSteps),
    ...(seed === undefined ? [] : rangeProblems('seed', seed, MOST_SEED)),
    ...booleanProblems('greedy', greedy),
    ...booleanProblems('perEpisode', perEpisode),
  ];
  if (problems.length > 0) throw new ConfigError(problems);
  checkSignal(signal);
  return complete;
}

function unknownProblems(name: string): string[] {
  if (NAMES.includes(name)) return [];
  return [`evaluate has no option ${name}; there are ${NAMES.join(', ')}`];
}

export function booleanProblems(name: string, value: unknown): string[] {
  return typeof value === 'boolean' ? [] : [`${name} is ${value}; it must be true or false`];
}

export function rangeProblems(name: string, value: number, most: number): string[] {
  if (Number.isSafeInteger(value) && value >= 0 && value <= most) return [];
  return [`${name} is ${value}; it must be an integer from 0 to ${most}`];
}

export function countProblems(name: string, value: unknown): string[] {
  if (Number.isSafeInteger(value) && Number(value) >= 1) return [];
  return [`${name} is ${value}; it must be an integer from 1`];
}
