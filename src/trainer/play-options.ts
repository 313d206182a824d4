/** Options of playing episodes step by step. */
import { ConfigError } from '../config/config-error';
import { type AbortSignalLike, checkSignal } from './abort-signal';
import {
  booleanProblems,
  countProblems,
  longestEpisode,
  MOST_SEED,
  rangeProblems,
} from './evaluate-options';

/** How `Trainer.play` plays. */
export interface PlayOptions {
  /** Episodes, a positive integer; default 1. */
  readonly episodes?: number | undefined;
  /** Take the most likely action instead of a sample; default true. */
  readonly greedy?: boolean | undefined;
  /** The agent whose policy plays, from 0 to `numAgents` - 1; default 0. */
  readonly agent?: number | undefined;
  /**
   * Seed of the episodes, from 0 to 4294967295; the same seed and policy play the same ones, those
   * of the first evaluation in a run with that `seed`. By default every call plays other ones.
   */
  readonly seed?: number | undefined;
  /**
   * Steps after which an episode that has not ended is abandoned; by default the environment's
   * `maxEpisodeSteps`, or 100,000 where it has none.
   */
  readonly maxSteps?: number | undefined;
  /** An `AbortSignal` that ends the episodes: the next step rejects with its reason. */
  readonly signal?: AbortSignalLike | undefined;
}

export interface CheckedPlay {
  readonly episodes: number;
  readonly greedy: boolean;
  readonly agent: number;
  readonly seed: number | undefined;
  readonly maxSteps: number;
  readonly signal: AbortSignalLike | undefined;
}

const NAMES = ['episodes', 'greedy', 'agent', 'seed', 'maxSteps', 'signal'];

interface PlayLimits {
  /** Of the environment; 0 for no time limit. */
  readonly maxEpisodeSteps: number;
  readonly numAgents: number;
}

/**
 * The options with their defaults.
 * @throws ConfigError naming each option that is unknown or out of range.
 */
export function completePlay(
  options: PlayOptions,
  { maxEpisodeSteps, numAgents }: PlayLimits,
): CheckedPlay {
  if (typeof options !== 'object' || options === null) {
    throw new ConfigError([`play takes an object of options, not ${options}`]);
  }
  const { episodes = 1, greedy = true, agent = 0, seed, signal } = options;
  const { maxSteps = longestEpisode(maxEpisodeSteps) } = options;
  const unknown = Object.keys(options).filter((name) => !NAMES.includes(name));
  const problems = [
    ...unknown.map((name) => `play has no option ${name}; there are ${NAMES.join(', ')}`),
    ...countProblems('episodes', episodes),
    ...countProblems('maxSteps', maxSteps),
    ...booleanProblems('greedy', greedy),
    ...rangeProblems('agent', agent, numAgents - 1),
    ...(seed === undefined ? [] : rangeProblems('seed', seed, MOST_SEED)),
  ];
  if (problems.length > 0) throw new ConfigError(problems);
  checkSignal(signal);
  return { episodes, greedy, agent, seed, maxSteps, signal };
}
