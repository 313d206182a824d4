/** Options of playing episodes step by step. */
import { ConfigError } from '../config/config-error';
import type { Params } from '../environments/param-range';
import { type AbortSignalLike, checkSignal } from './abort-signal';
import {
  checkIsObject,
  type EpisodeLimits,
  episodeProblems,
  longestEpisode,
  rangeProblems,
  unknownProblems,
} from './evaluate-options';
import type { Policy } from './policy';

/** How `Trainer.play` plays. */
export interface PlayOptions {
  /** Episodes, a positive integer; default 1. */
  readonly episodes?: number | undefined;
  /** Take the most likely action instead of a sample; default true. */
  readonly greedy?: boolean | undefined;
  /** The agent whose policy plays, from 0 to `numAgents` - 1; default 0. */
  readonly agent?: number | undefined;
  /**
   * Seed of the episodes, 0 to 4294967296 - `numAgents`; the same seed and policy play the same
   * ones, those of the first evaluation in a run with that `seed`. By default every call plays
   * other ones.
   */
  readonly seed?: number | undefined;
  /**
   * Steps after which an episode that has not ended is abandoned; by default the environment's
   * `maxEpisodeSteps`, or 100,000 where it has none.
   */
  readonly maxSteps?: number | undefined;
  /** As in `EvaluateOptions`. */
  readonly params?: Params | undefined;
  /** As in `EvaluateOptions`. */
  readonly policy?: Policy | undefined;
  /** An `AbortSignal` that ends the episodes: the next step rejects with its reason. */
  readonly signal?: AbortSignalLike | undefined;
}

export interface CheckedPlay {
  readonly episodes: number;
  readonly greedy: boolean;
  readonly agent: number;
  readonly seed: number | undefined;
  readonly maxSteps: number;
  readonly params: Params | undefined;
  readonly policy: Policy | undefined;
  readonly signal: AbortSignalLike | undefined;
}

/**
 * The options with their defaults.
 * @throws ConfigError naming each option that is unknown or out of range.
 */
export function completePlay(options: PlayOptions, limits: EpisodeLimits): CheckedPlay {
  checkIsObject('play', options);
  const { episodes = 1, greedy = true, agent = 0, seed, params, policy, signal } = options;
  const { maxSteps = longestEpisode(limits) } = options;
  const complete = { episodes, greedy, agent, seed, maxSteps, params, policy, signal };
  const problems = [
    ...unknownProblems('play', options, Object.keys(complete)),
    ...episodeProblems(complete, limits),
    ...rangeProblems('agent', agent, limits.numAgents - 1),
  ];
  if (problems.length > 0) throw new ConfigError(problems);
  checkSignal(signal);
  return complete;
}
