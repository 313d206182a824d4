/**
 * What one iteration reads and carries on: settings, the agent, and the rows of rollout and batch.
 */

import { type Activations, type ActorCritic, flatten } from './actor-critic';
import { type AdamState, initialAdamState } from './adam';
import type { Distribution, Mask } from './distributions';
import type { Environment } from './environment';
import type { Vector } from './linear';
import type { LossSettings, LossStatistics, LossTarget } from './ppo-loss';
import { Rng, STREAM } from './rng';
import { type Moments, NO_MOMENTS } from './running-moments';

/** How a number falls to 0 over the run; true is linear. */
export type Anneal = boolean | 'linear' | 'cosine';

/** What schedules change from one iteration to the next, learning rates also within one. */
export interface Schedule {
  readonly learningRate: number;
  readonly criticLearningRate: number;
  readonly clipCoef: number;
  readonly entCoef: number;
  readonly klCoef: number;
}

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
  readonly criticLearningRate: number;
  readonly annealLr: Anneal | 'kl-adaptive';
  readonly annealClip: Anneal;
  readonly annealEnt: Anneal;
  readonly annealKl: false | 'kl-adaptive';
  /** What adaptive coefficients aim at. */
  readonly desiredKl: number;
  /** What ends the updates of an iteration, 0 for none. */
  readonly targetKl: number;
  readonly weightDecay: number;
  readonly gamma: number;
  readonly gaeLambda: number;
  readonly advantageEstimator: 'gae' | 'returns' | 'group';
  /** Environments that share their start states; with 'group' only. */
  readonly groupSize: number;
  /** Values and advantages anew before every epoch but the first. */
  readonly recomputeAdvantages: boolean;
  readonly minibatchBy: 'samples' | 'environments';
  readonly maxGradNorm: number;
  readonly adamEps: number;
  readonly activation: Activations;
  readonly normObs: boolean;
  readonly clipObs: number;
  readonly normReward: boolean;
  /** 0: unclipped */
  readonly clipReward: number;
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

/** Statistics of the iterations so far. */
export interface Normalizer {
  /** Of each field of the raw observations, [O]. */
  readonly observations: readonly Moments[];
  /** Of the discounted returns. */
  readonly returns: Moments;
  /** Discounted return of each running episode, [N]. */
  readonly discounted: readonly number[];
}

/** All that an iteration carries on to the next. */
export interface Agent<State> extends Learner {
  /** Iterations done so far. */
  readonly iteration: number;
  readonly schedule: Schedule;
  /** [N] */
  readonly episodes: readonly Episode<State>[];
  readonly normalizer: Normalizer;
}

export interface Transition {
  /** [O], before the step */
  readonly observation: Vector;
  /** What the networks saw of it, [O] */
  readonly input: Vector;
  /** [A] */
  readonly action: Vector;
  readonly mask: Mask | undefined;
  readonly logProb: number;
  /** V(input) */
  readonly value: number;
  readonly reward: number;
  readonly terminated: boolean;
  readonly truncated: boolean;
  /** What the critic sees of the last observation before the reset where truncated, [O]. */
  readonly finalInput: Vector | null;
  /** V(finalInput), 0 without one */
  readonly finalValue: number;
}

/** The row of a minibatch: an observation and what the loss wants of its transition. */
export interface Sample extends LossTarget {
  /** [O], as the networks see it */
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
  const { learningRate, criticLearningRate, clipCoef, entCoef, klCoef } = settings;
  const schedule = { learningRate, criticLearningRate, clipCoef, entCoef, klCoef };
  const fields = environment.observe(episodes[0]!.state).length;
  const normalizer: Normalizer = {
    observations: Array.from({ length: fields }, () => NO_MOMENTS),
    returns: NO_MOMENTS,
    discounted: episodes.map(() => 0),
  };
  const adam = initialAdamState(flatten(network).length);
  return { iteration: 0, schedule, network, adam, episodes, normalizer };
}
