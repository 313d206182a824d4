/** Options of environments that live beside training. */
import { ConfigError } from '../config/config-error';
import type { Params } from '../environments/param-range';
import { type AbortSignalLike, checkSignal } from './abort-signal';
import {
  booleanProblems,
  checkIsObject,
  countProblems,
  type EpisodeLimits,
  mostSeed,
  rangeProblems,
  unknownProblems,
} from './evaluate-options';
import type { LiveState } from './played-step';
import type { Policy } from './policy';

/** A state in which somebody else may choose the action. */
export interface SteeredState
  extends Pick<LiveState, 'state' | 'params' | 'observation' | 'mask' | 'action'> {
  /** 0 to `environments` - 1 */
  readonly environment: number;
}

/**
 * Called before each step of each environment, with its state and the action of the policy.
 * @returns the action that the environment takes, A numbers as it gets them; undefined for that of
 * the policy. Everything waits for a promise.
 */
export type Steer = (
  at: SteeredState,
) => readonly number[] | undefined | Promise<readonly number[] | undefined>;

/** How `Trainer.live` acts. */
export interface LiveOptions {
  /** Environments, a positive integer; default 64. */
  readonly environments?: number | undefined;
  /** Take the most likely action instead of a sample; default false, as in training. */
  readonly greedy?: boolean | undefined;
  /** The agent whose policy acts, from 0 to `numAgents` - 1; default 0. */
  readonly agent?: number | undefined;
  /** Seed of the environments, 0 to 4294967296 - `numAgents`; default that of the run. */
  readonly seed?: number | undefined;
  /** As in `EvaluateOptions`. */
  readonly params?: Params | undefined;
  /** As in `EvaluateOptions`. */
  readonly policy?: Policy | undefined;
  /**
   * Chooses actions in place of the policy. Steps are then taken one at a time, when they are asked
   * for.
   */
  readonly steer?: Steer | undefined;
  /** An `AbortSignal` that ends it: the next step rejects with its reason. */
  readonly signal?: AbortSignalLike | undefined;
}

/**
 * The domain of their random numbers: the last one, since evaluations count theirs from 1. So a run
 * that is watched is the same as one that is not.
 */
export const LIVE_DOMAIN = 2 ** 32 - 1;

export interface CheckedLive {
  readonly environments: number;
  readonly greedy: boolean;
  readonly agent: number;
  readonly seed: number | undefined;
  readonly params: Params | undefined;
  readonly policy: Policy | undefined;
  readonly steer: Steer | undefined;
  readonly signal: AbortSignalLike | undefined;
}

/**
 * The options with their defaults.
 * @throws ConfigError naming each option that is unknown or out of range.
 */
export function completeLive(options: LiveOptions, { numAgents }: EpisodeLimits): CheckedLive {
  checkIsObject('live', options);
  const { environments = 64, greedy = false, agent = 0, seed, params, policy } = options;
  const { steer, signal } = options;
  const complete = { environments, greedy, agent, seed, params, policy, steer, signal };
  const problems = [
    ...unknownProblems('live', options, Object.keys(complete)),
    ...countProblems('environments', environments),
    ...booleanProblems('greedy', greedy),
    ...rangeProblems('agent', agent, numAgents - 1),
    ...steerProblems(steer),
    ...(seed === undefined ? [] : rangeProblems('seed', seed, mostSeed(numAgents))),
  ];
  if (problems.length > 0) throw new ConfigError(problems);
  checkSignal(signal);
  return complete;
}

function steerProblems(steer: unknown): string[] {
  if (steer === undefined || typeof steer === 'function') return [];
  return [`steer is ${steer}; it must be a function that returns an action or undefined`];
}
