/** What one iteration reads and carries on: settings, the agent, and the rows of rollout and batch. */

import type { Activation } from '../../src/config';
import { type ActorCritic, flatten } from './actor-critic';
import { type AdamState, initialAdamState } from './adam';
import type { Distribution, Mask } from './distributions';
import type { Environment } from './environment';
import type { Vector } from './linear';
import type { LossSettings, LossStatistics, LossTarget } from './ppo-loss';
import { Rng, STREAM } from './rng';

/** PpoConfig as one agent sees it. */
export interface PpoSettings extends LossSettings {
  readonly seed: number;
  /** Fourth word of the random key: keeps training apart from evaluation. */
  readonly domain: number;
  /** N */
  readonly numEnvs: number;
  /** T */
  readonly numSteps: number;
  readonly numMinibatches: number;
  readonly updateEpochs: number;
  /** In the whole run; for annealing. */
  readonly iterations: number;
  readonly learningRate: number;
  readonly annealLr: boolean;
  readonly gamma: number;
  readonly gaeLambda: number;
  readonly maxGradNorm: number;
  readonly adamEps: number;
  readonly activation: Activation;
}

/** What is learned from: an environment and what an action in it is. */
export interface Task<State> {
  readonly environment: Environment<State>;
  readonly distribution: Distribution;
}

/** One environment with the episode that runs in it. */
export interface Episode<State> {
  readonly state: State;
  /** Steps so far. */
  readonly length: number;
  /** Sum of the rewards so far. */
  readonly return: number;
}

export interface Learner {
  readonly network: ActorCritic;
  readonly adam: AdamState;
}

/** All that an iteration carries on to the next. */
export interface Agent<State> extends Learner {
  /** Iterations done so far. */
  readonly iteration: number;
  /** [N] */
  readonly episodes: readonly Episode<State>[];
}

export interface Transition {
  /** [O], before the step */
  readonly observation: Vector;
  /** [A] */
  readonly action: Vector;
  readonly mask: Mask | undefined;
  readonly logProb: number;
  /** V(observation) */
  readonly value: number;
  readonly reward: number;
  readonly terminated: boolean;
  readonly truncated: boolean;
  /** V of the last observation before the reset where truncated, 0 elsewhere. */
  readonly finalValue: number;
}

/** The row of a minibatch: an observation and what the loss wants of its transition. */
export interface Sample extends LossTarget {
  /** [O] */
  readonly observation: Vector;
}

export interface UpdateStatistics extends LossStatistics {
  /** Global norm of the gradient before clipping. */
  readonly gradNorm: number;
}

/** An agent before its first iteration: every environment reset, counter [0, 0, n, 0]. */
export function initialAgent<State>(
  network: ActorCritic,
  { environment }: Task<State>,
  settings: PpoSettings,
): Agent<State> {
  const episodes = Array.from({ length: settings.numEnvs }, (_, n) => {
    const rng = new Rng({ ...settings, stream: STREAM.reset }, 0, 0, n);
    return { state: environment.reset(rng), length: 0, return: 0 };
  });
  return { iteration: 0, network, adam: initialAdamState(flatten(network).length), episodes };
}
