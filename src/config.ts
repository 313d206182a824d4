/**
 * The configuration of a training run: one table row per field, from which the command line, the
 * checks, the device-side hyperparameters and the documentation are all made.
 */

/** Activation functions of the hidden layers; each is one file under shaders/kernels/activations. */
export const ACTIVATIONS = ['tanh', 'relu', 'elu', 'silu'] as const;
export type Activation = (typeof ACTIVATIONS)[number];

/** A hyperparameter that may differ between the agents of a population. */
export type PerAgent<T> = T | readonly T[];

export interface PpoConfig {
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
  /** Whether the learning rate falls linearly to 0 over the run. */
  readonly annealLr: PerAgent<boolean>;
  /** Discount factor γ. */
  readonly gamma: PerAgent<number>;
  /** λ of generalized advantage estimation. */
  readonly gaeLambda: PerAgent<number>;
  /** ε of the clipped surrogate objective. */
  readonly clipCoef: PerAgent<number>;
  /** Whether the value loss is clipped with `clipCoef` too. */
  readonly clipVloss: PerAgent<boolean>;
  /** Weight of the entropy bonus. */
  readonly entCoef: PerAgent<number>;
  /** Weight of the value loss. */
  readonly vfCoef: PerAgent<number>;
  /** Largest global norm of the gradient. */
  readonly maxGradNorm: PerAgent<number>;
  /** Whether advantages are normalised per minibatch. */
  readonly normAdv: PerAgent<boolean>;
  /** ε outside Adam's square root. */
  readonly adamEps: PerAgent<number>;
  /** Widths of the hidden layers of actor and critic (separate networks). */
  readonly hiddenSizes: readonly number[];
  /** Activation of the hidden layers. */
  readonly activation: Activation;
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

/** What a field holds, and how a command-line flag for it is read. */
export type FieldType = 'integer' | 'number' | 'boolean' | 'choice' | 'widths';

export interface ConfigField {
  readonly type: FieldType;
  /** One sentence for `--help` and the documentation. */
  readonly description: string;
  readonly min?: number;
  readonly max?: number;
  /** The smallest value itself is not allowed. */
  readonly exclusiveMin?: boolean;
  /** The values of a `choice`. */
  readonly choices?: readonly (string | boolean)[];
  /** A list with one value per agent is accepted. */
  readonly perAgent?: boolean;
}

export const MAX_BATCH = 2 ** 24;

export const CONFIG_FIELDS: Readonly<Record<keyof PpoConfig, ConfigField>> = {
  seed: {
    type: 'integer',
    min: 0,
    max: 2 ** 32 - 1,
    description: 'Seed of agent 0; agent k uses seed + k.',
  },
  numAgents: {
    type: 'integer',
    min: 1,
    max: 65535,
    description: 'Agents trained side by side (the population).',
  },
  numEnvs: { type: 'integer', min: 1, max: 2 ** 20, description: 'Environments per agent.' },
  numSteps: {
    type: 'integer',
    min: 1,
    max: 2 ** 16,
    description: 'Environment steps per rollout.',
  },
  totalTimesteps: {
    type: 'integer',
    min: 1,
    max: 2 ** 48,
    description: 'Environment steps per agent in the whole run.',
  },
  numMinibatches: {
    type: 'integer',
    min: 1,
    max: 2 ** 16,
    description: 'Minibatches per epoch; divides numEnvs * numSteps.',
  },
  updateEpochs: { type: 'integer', min: 1, max: 1000, description: 'Passes over each batch.' },
  learningRate: {
    type: 'number',
    min: 0,
    max: 10,
    perAgent: true,
    description: 'Step size of Adam at the first iteration.',
  },
  annealLr: {
    type: 'boolean',
    perAgent: true,
    description: 'Let the learning rate fall linearly to 0.',
  },
  gamma: { type: 'number', min: 0, max: 1, perAgent: true, description: 'Discount factor.' },
  gaeLambda: {
    type: 'number',
    min: 0,
    max: 1,
    perAgent: true,
    description: 'Lambda of generalized advantage estimation.',
  },
  clipCoef: {
    type: 'number',
    min: 0,
    max: 10,
    exclusiveMin: true,
    perAgent: true,
    description: 'Clip range of the policy ratio.',
  },
  clipVloss: {
    type: 'boolean',
    perAgent: true,
    description: 'Clip the value loss with clipCoef too.',
  },
  entCoef: {
    type: 'number',
    min: 0,
    max: 100,
    perAgent: true,
    description: 'Weight of the entropy bonus.',
  },
  vfCoef: {
    type: 'number',
    min: 0,
    max: 100,
    perAgent: true,
    description: 'Weight of the value loss.',
  },
  maxGradNorm: {
    type: 'number',
    min: 0,
    exclusiveMin: true,
    perAgent: true,
    description: 'Largest global gradient norm.',
  },
  normAdv: { type: 'boolean', perAgent: true, description: 'Normalise advantages per minibatch.' },
  adamEps: {
    type: 'number',
    min: 0,
    max: 1,
    exclusiveMin: true,
    perAgent: true,
    description: 'Epsilon outside the square root of Adam.',
  },
  hiddenSizes: {
    type: 'widths',
    min: 1,
    max: 4096,
    description: 'Widths of the hidden layers of actor and critic, e.g. 64,64.',
  },
  activation: {
    type: 'choice',
    choices: ACTIVATIONS,
    description: 'Activation of the hidden layers.',
  },
  squashActions: {
    type: 'boolean',
    description: 'Squash continuous actions into their bounds by tanh instead of clipping them.',
  },
  stateDependentStd: {
    type: 'boolean',
    description: 'Let the actor put out the log standard deviation of continuous actions.',
  },
  logStdInit: {
    type: 'number',
    min: -20,
    max: 2,
    description: 'Log standard deviation of continuous actions before training.',
  },
  logStdMin: {
    type: 'number',
    min: -20,
    max: 10,
    description: 'Lower bound of a state-dependent log standard deviation.',
  },
  logStdMax: {
    type: 'number',
    min: -20,
    max: 10,
    description: 'Upper bound of a state-dependent log standard deviation.',
  },
};

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
  annealLr: true,
  gamma: 0.99,
  gaeLambda: 0.95,
  clipCoef: 0.2,
  clipVloss: true,
  entCoef: 0.01,
  vfCoef: 0.5,
  maxGradNorm: 0.5,
  normAdv: true,
  adamEps: 1e-5,
  hiddenSizes: [64, 64],
  activation: 'tanh',
  squashActions: false,
  stateDependentStd: false,
  logStdInit: 0,
  logStdMin: -5,
  logStdMax: 2,
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
  constructor(readonly problems: readonly string[]) {
    super(problems.join('\n'));
  }
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
