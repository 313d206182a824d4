/** The configuration of a training run, its defaults, and the sizes that follow from it. */

import { type Annealing, LOSS_DEFAULTS, type LossConfig } from './loss-terms';

/** Activation functions of the hidden layers; each is one file under shaders/kernels/activations. */
export const ACTIVATIONS = ['tanh', 'relu', 'elu', 'silu'] as const;
/** Name of an activation function, one of `ACTIVATIONS`. */
export type Activation = (typeof ACTIVATIONS)[number];

/** A hyperparameter that may differ between the agents of a population. */
export type PerAgent<T> = T | readonly T[];

/**
 * The complete configuration of a run. `CONFIG_FIELDS` and docs/configuration.md give each field's range,
 * source and pitfall; fields of the loss are those of `LossConfig`.
 */
export interface PpoConfig extends LossConfig {
  /** Seed of agent 0; agent k uses `seed + k`. */
  readonly seed: number;
  /** K: agents trained side by side, each with its own parameters. */
  readonly numAgents: number;
  /** N: environments per agent. */
  readonly numEnvs: number;
  /** T: environment steps per rollout. */
  readonly numSteps: number;
  /** Environment steps per agent after which training ends. */
  readonly totalTimesteps: number;
  /** Minibatches per epoch; divides N·T. */
  readonly numMinibatches: number;
  /** Passes over each batch. */
  readonly updateEpochs: number;
  /** Step size of Adam at the first iteration. */
  readonly learningRate: PerAgent<number>;
  /** Step size for the critic's parameters; 0 for that of `learningRate`. */
  readonly criticLearningRate: PerAgent<number>;
  /** How the learning rates change over the run; true is linear, to 0. */
  readonly annealLr: PerAgent<Annealing | 'kl-adaptive'>;
  /** KL divergence between two iterations' policies that adaptive coefficients aim at, in nats. */
  readonly desiredKl: PerAgent<number>;
  /** KL divergence after which an iteration's remaining epochs are left out; 0 for none. */
  readonly targetKl: PerAgent<number>;
  /** Discount factor γ. */
  readonly gamma: PerAgent<number>;
  /** λ of generalized advantage estimation. */
  readonly gaeLambda: PerAgent<number>;
  /** Largest global norm of the gradient. */
  readonly maxGradNorm: PerAgent<number>;
  /** Whether advantages are normalised: per minibatch (true), per batch, or not. */
  readonly normAdv: PerAgent<boolean | 'batch'>;
  /** ε outside Adam's square root. */
  readonly adamEps: PerAgent<number>;
  /** Decoupled weight decay (AdamW): parameters shrink by learning rate × this at every update. */
  readonly weightDecay: PerAgent<number>;
  /** Updates skipped in a row, because something was not finite, that end the run; 0 for never. */
  readonly maxSkippedUpdates: number;
  /** Widths of the hidden layers of actor and critic, 0 to 4 of 1 to 1024 each. */
  readonly hiddenSizes: readonly number[];
  /** Activation of the hidden layers. */
  readonly activation: Activation;
  /** Whether actor and critic share their hidden layers. */
  readonly sharedTrunk: boolean;
  /** Activation of the critic's hidden layers; 'same' is that of the actor. */
  readonly criticActivation: Activation | 'same';
  /** Whether hidden layers are normalised per sample before their activation (Ba et al. 2016). */
  readonly layerNorm: boolean;
  /** What observations are stored as, and hidden layers where no kernel is fused; sums are made in f32. */
  readonly storage: 'f32' | 'f16';
  /** gae; returns: discounted returns without a baseline; group: relative to a shared start (GRPO). */
  readonly advantageEstimator: 'gae' | 'returns' | 'group';
  /** Environments that share each start state with the group estimator; divides numEnvs. */
  readonly groupSize: number;
  /** Whether values and advantages are computed anew before every epoch but the first. */
  readonly recomputeAdvantages: boolean;
  /** What a minibatch is made of: single transitions, or environments with all their steps. */
  readonly minibatchBy: 'samples' | 'environments';
  /** Whether the networks see observations minus their running mean, over their deviation. */
  readonly normObs: boolean;
  /** Bound of normalised observations, in standard deviations; of no effect without `normObs`. */
  readonly clipObs: PerAgent<number>;
  /** Whether rewards are divided by the running standard deviation of the discounted return. */
  readonly normReward: boolean;
  /** Bound of the rewards that are learned from, after `normReward`; 0 leaves them unclipped. */
  readonly clipReward: PerAgent<number>;
  /** Whether actions within bounds are drawn from a tanh-squashed normal distribution, not clipped. */
  readonly squashActions: boolean;
  /** Whether the log standard deviation of continuous actions is an output of the actor. */
  readonly stateDependentStd: boolean;
  /** Log standard deviation of continuous actions before training. */
  readonly logStdInit: number;
  /** Lower bound of a state-dependent log standard deviation. */
  readonly logStdMin: number;
  /** Upper bound of a state-dependent log standard deviation. */
  readonly logStdMax: number;
}

/** CleanRL's ppo.py where the field is scale-free; environments bring their own tuned values. */
export const DEFAULT_CONFIG: PpoConfig = {
  seed: 1,
  numAgents: 1,
  numEnvs: 256,
  numSteps: 32,
  totalTimesteps: 500_000,
  numMinibatches: 4,
  updateEpochs: 4,
  learningRate: 2.5e-4,
  criticLearningRate: 0,
  annealLr: true,
  desiredKl: 0.01,
  targetKl: 0,
  gamma: 0.99,
  gaeLambda: 0.95,
  maxGradNorm: 0.5,
  normAdv: true,
  adamEps: 1e-5,
  weightDecay: 0,
  maxSkippedUpdates: 10,
  hiddenSizes: [64, 64],
  activation: 'tanh',
  squashActions: false,
  stateDependentStd: false,
  logStdInit: 0,
  logStdMin: -5,
  logStdMax: 2,
  sharedTrunk: false,
  criticActivation: 'same',
  layerNorm: false,
  storage: 'f32',
  advantageEstimator: 'gae',
  groupSize: 8,
  recomputeAdvantages: false,
  minibatchBy: 'samples',
  normObs: false,
  clipObs: 10,
  normReward: false,
  clipReward: 0,
  ...LOSS_DEFAULTS,
};

/** The complete configuration of a run: general defaults < the environment's < the given fields. */
export function completeConfig(
  environmentDefaults: Partial<PpoConfig> = {},
  config: Partial<PpoConfig> = {},
): PpoConfig {
  return { ...DEFAULT_CONFIG, ...environmentDefaults, ...config };
}

/** A bad value in a configuration. `problems` holds one sentence per field at fault. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  constructor(
    /** One sentence per field at fault. */
    readonly problems: readonly string[],
  ) {
    super(problems.join('\n'));
  }
}

export type ReferenceConfig = Pick<PpoConfig, 'refKlCoef' | 'refKlRewardCoef'>;

/** Whether any agent is kept near a frozen reference policy. */
export function usesReference({ refKlCoef = 0, refKlRewardCoef = 0 }: Partial<ReferenceConfig>) {
  return [refKlCoef, refKlRewardCoef].flat().some((coefficient) => coefficient > 0);
}

/** Everything that follows from a configuration, computed in this one place. */
export interface Sizes {
  /** K */
  readonly agents: number;
  /** N */
  readonly envs: number;
  /** T */
  readonly steps: number;
  /** B = N·T */
  readonly batch: number;
  /** M = B / numMinibatches */
  readonly minibatch: number;
  readonly minibatches: number;
  readonly epochs: number;
  /** Optimizer steps per iteration: epochs · minibatches. */
  readonly updates: number;
  /** Whole iterations in the run; totalTimesteps is rounded up to whole batches. */
  readonly iterations: number;
}

export function deriveSizes(config: PpoConfig): Sizes {
  const batch = config.numEnvs * config.numSteps;
  return {
    agents: config.numAgents,
    envs: config.numEnvs,
    steps: config.numSteps,
    batch,
    minibatch: batch / config.numMinibatches,
    minibatches: config.numMinibatches,
    epochs: config.updateEpochs,
    updates: config.updateEpochs * config.numMinibatches,
    iterations: Math.ceil(config.totalTimesteps / batch),
  };
}

/** Returns the value that agent `agent` uses. */
export function forAgent<T>(value: PerAgent<T>, agent: number): T {
  return Array.isArray(value) ? (value as readonly T[])[agent]! : (value as T);
}
