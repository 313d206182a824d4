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
   * An `AbortSignal` that cancels the evaluation, which rejects with the signal's reason; the
   * trainer stays usable.
   */
  readonly signal?: AbortSignalLike | undefined;
}

export interface CheckedOptions {
  readonly episodes: number;
  readonly greedy: boolean;
  readonly maxSteps: number;
  readonly signal: AbortSignalLike | undefined;
}

/** Steps of the longest episode by default; 0 for an environment without a time limit. */
export function longestEpisode(maxEpisodeSteps: number): number {
  return maxEpisodeSteps || MOST_STEPS;
}

const NAMES = ['episodes', 'greedy', 'maxSteps', 'signal'];

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
    signal: undefined,
    ...(Object.fromEntries(given) as EvaluateOptions as Partial<CheckedOptions>),
  };
  const { episodes, greedy, maxSteps, signal } = complete;
  const problems = [
    ...given.flatMap(([name]) => unknownProblems(name)),
    ...countProblems('episodes', episodes),
    ...countProblems('maxSteps', maxSteps),
    ...(typeof greedy === 'boolean' ? [] : [`greedy is ${greedy}; it must be true or false`]),
  ];
  if (problems.length > 0) throw new ConfigError(problems);
  checkSignal(signal);
  return complete;
}

function unknownProblems(name: string): string[] {
  if (NAMES.includes(name)) return [];
  return [`evaluate has no option ${name}; there are ${NAMES.join(', ')}`];
}

export function countProblems(name: string, value: unknown): string[] {
  if (Number.isSafeInteger(value) && Number(value) >= 1) return [];
  return [`${name} is ${value}; it must be an integer from 1`];
}
