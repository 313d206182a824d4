/** Options of an evaluation. */
import { ConfigError } from '../config/config-error';
import { MAX_SEED } from '../config/rules';
import type { Params } from '../environments/param-range';
import { type AbortSignalLike, checkSignal } from './abort-signal';
import type { Policy } from './policy';

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
   * Seed of the episodes, 0 to 4294967296 - `numAgents`: the same seed and policy play the same
   * ones, which `Trainer.play` shows with that seed. By default every call plays other ones.
   */
  readonly seed?: number | undefined;
  /**
   * Numbers or ranges in place of those of params that vary; by default the ranges as they are at
   * this point of training.
   */
  readonly params?: Params | undefined;
  /**
   * Policies that act in place of those of the last report: what `Trainer.policy` returned at
   * another point, of all agents, or of one agent for all of them. Opponents stay those at hand.
   */
  readonly policy?: Policy | undefined;
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
  readonly params: Params | undefined;
  readonly policy: Policy | undefined;
  readonly signal: AbortSignalLike | undefined;
}

/** What bounds the options of episodes. */
export interface EpisodeLimits {
  /** Of the environment; 0 for no time limit. */
  readonly maxEpisodeSteps: number;
  readonly numAgents: number;
}

/**
 * The options with their defaults.
 * @throws ConfigError naming each option that is unknown or out of range.
 */
export function completeOptions(options: EvaluateOptions, limits: EpisodeLimits): CheckedOptions {
  checkIsObject('evaluate', options);
  const {
    episodes = 100,
    greedy = true,
    perEpisode = false,
    seed,
    params,
    policy,
    signal,
  } = options;
  const { maxSteps = longestEpisode(limits) } = options;
  const complete = { episodes, greedy, maxSteps, seed, perEpisode, params, policy, signal };
  const problems = [
    ...unknownProblems('evaluate', options, Object.keys(complete)),
    ...episodeProblems(complete, limits),
    ...booleanProblems('perEpisode', perEpisode),
  ];
  if (problems.length > 0) throw new ConfigError(problems);
  checkSignal(signal);
  return complete;
}

/** Steps of the longest episode by default. */
export function longestEpisode({ maxEpisodeSteps }: EpisodeLimits): number {
  return maxEpisodeSteps || MOST_STEPS;
}

/** @throws ConfigError for options that are no object. */
export function checkIsObject(method: string, options: unknown): void {
  if (typeof options === 'object' && options !== null) return;
  throw new ConfigError([`${method} takes an object of options, not ${options}`]);
}

/** The given options that have none of the names. */
export function unknownProblems(method: string, given: object, names: string[]): string[] {
  const unknown = Object.keys(given).filter((name) => !names.includes(name));
  return unknown.map((name) => `${method} has no option ${name}; there are ${names.join(', ')}`);
}

type EpisodeOptions = Pick<CheckedOptions, 'episodes' | 'maxSteps' | 'greedy' | 'seed'>;

/** The largest seed of episodes: agent k plays with the seed + k. */
export function mostSeed(numAgents: number): number {
  return MAX_SEED - numAgents + 1;
}

/** What is wrong with the options that `evaluate` and `play` share. */
export function episodeProblems(
  { episodes, maxSteps, greedy, seed }: EpisodeOptions,
  { numAgents }: EpisodeLimits,
): string[] {
  return [
    ...countProblems('episodes', episodes),
    ...countProblems('maxSteps', maxSteps),
    ...booleanProblems('greedy', greedy),
    ...(seed === undefined ? [] : rangeProblems('seed', seed, mostSeed(numAgents))),
  ];
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
