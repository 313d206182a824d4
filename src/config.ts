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
}

/** What a field holds, and how a command-line flag for it is read. */
export type FieldType = 'integer' | 'number' | 'boolean' | 'choice' | 'widths';

/** The groups of fields, with the heading that each has in `--help` and the documentation. */
export const CONFIG_GROUPS = {
  run: 'Run',
  rollout: 'Rollout',
  advantages: 'Advantages',
  objective: 'Objective',
  optimizer: 'Optimizer',
  network: 'Network',
  distribution: 'Distribution of actions',
  normalizers: 'Normalizers',
  guards: 'Guards',
} as const;
export type ConfigGroup = keyof typeof CONFIG_GROUPS;

export interface ConfigField {
  readonly group: ConfigGroup;
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
  /** Where the field comes from: a paper and its equation, a flag of CleanRL, a detail. */
  readonly source: string;
  /** One sentence about how its value misleads. */
  readonly pitfall: string;
}

export const MAX_BATCH = 2 ** 24;

export const CONFIG_FIELDS: Readonly<Record<keyof PpoConfig, ConfigField>> = {
  seed: {
    group: 'run',
    type: 'integer',
    min: 0,
    max: 2 ** 32 - 1,
    description: 'Seed of agent 0; agent k uses seed + k.',
    source: 'CleanRL ppo.py --seed',
    pitfall:
      'One seed proves little (Henderson et al. 2018); agent k of seed s is agent 0 of seed s + k.',
  },
  numAgents: {
    group: 'run',
    type: 'integer',
    min: 1,
    max: 65535,
    description: 'Agents trained side by side (the population).',
    source: 'PureJaxRL (Lu et al. 2022), which maps a whole run over seeds',
    pitfall: 'Memory and time grow with it: every agent has its own environments.',
  },
  numEnvs: {
    group: 'rollout',
    type: 'integer',
    min: 1,
    max: 2 ** 20,
    description: 'Environments per agent.',
    source: 'Schulman et al. 2017, algorithm 1 (N actors); CleanRL ppo.py --num-envs; detail 1',
    pitfall: 'More environments mean larger and fewer updates in the same totalTimesteps.',
  },
  numSteps: {
    group: 'rollout',
    type: 'integer',
    min: 1,
    max: 2 ** 16,
    description: 'Environment steps per rollout.',
    source: 'Schulman et al. 2017, algorithm 1 (T); CleanRL ppo.py --num-steps; detail 1',
    pitfall: 'Far below 1 / (1 - gamma * gaeLambda) steps the advantages lean on the critic.',
  },
  totalTimesteps: {
    group: 'run',
    type: 'integer',
    min: 1,
    max: 2 ** 48,
    description: 'Environment steps per agent in the whole run.',
    source: 'CleanRL ppo.py --total-timesteps',
    pitfall: 'annealLr stretches over it: half the total is another schedule, not half of the run.',
  },
  numMinibatches: {
    group: 'optimizer',
    type: 'integer',
    min: 1,
    max: 2 ** 16,
    description: 'Minibatches per epoch; divides numEnvs * numSteps.',
    source: 'CleanRL ppo.py --num-minibatches; detail 6',
    pitfall: 'Their number, not their size: with more environments each minibatch is larger.',
  },
  updateEpochs: {
    group: 'optimizer',
    type: 'integer',
    min: 1,
    max: 1000,
    description: 'Passes over each batch.',
    source: 'Schulman et al. 2017, algorithm 1 (K epochs); CleanRL ppo.py --update-epochs',
    pitfall: 'Many passes carry the policy away from its data: watch approx_kl and clipfrac.',
  },
  learningRate: {
    group: 'optimizer',
    type: 'number',
    min: 0,
    max: 10,
    perAgent: true,
    description: 'Step size of Adam at the first iteration.',
    source: 'Kingma and Ba 2015, algorithm 1 (alpha); CleanRL ppo.py --learning-rate',
    pitfall: 'Tune it first, and again when widths or minibatches change: wide networks want less.',
  },
  annealLr: {
    group: 'optimizer',
    type: 'boolean',
    perAgent: true,
    description: 'Let the learning rate fall linearly to 0.',
    source: 'CleanRL ppo.py --anneal-lr; detail 4',
    pitfall: 'The last iterations hardly learn, so a curve that flattens need not have converged.',
  },
  gamma: {
    group: 'advantages',
    type: 'number',
    min: 0,
    max: 1,
    perAgent: true,
    description: 'Discount factor.',
    source: 'Schulman et al. 2016 (GAE), equation 16; CleanRL ppo.py --gamma; detail 5',
    pitfall: 'It looks about 1 / (1 - gamma) steps ahead; at 1 endless tasks have endless returns.',
  },
  gaeLambda: {
    group: 'advantages',
    type: 'number',
    min: 0,
    max: 1,
    perAgent: true,
    description: 'Lambda of generalized advantage estimation.',
    source: 'Schulman et al. 2016 (GAE), equation 16; CleanRL ppo.py --gae-lambda; detail 5',
    pitfall: "Low values take over the critic's bias, high ones the variance of the rewards.",
  },
  clipCoef: {
    group: 'objective',
    type: 'number',
    min: 0,
    max: 10,
    exclusiveMin: true,
    perAgent: true,
    description: 'Clip range of the policy ratio.',
    source: 'Schulman et al. 2017 (PPO), equation 7; CleanRL ppo.py --clip-coef; detail 8',
    pitfall: 'It stops the gradient outside the range, it does not hold the ratio inside.',
  },
  clipVloss: {
    group: 'objective',
    type: 'boolean',
    perAgent: true,
    description: 'Clip the value loss with clipCoef too.',
    source: 'Engstrom et al. 2020; CleanRL ppo.py --clip-vloss; detail 9',
    pitfall:
      'The range is in units of the return; Andrychowicz et al. 2021 found clipping harmful.',
  },
  entCoef: {
    group: 'objective',
    type: 'number',
    min: 0,
    max: 100,
    perAgent: true,
    description: 'Weight of the entropy bonus.',
    source: 'Schulman et al. 2017 (PPO), equation 9 (c2); CleanRL ppo.py --ent-coef; detail 10',
    pitfall: 'Continuous actions have no largest entropy: 0.01 may widen them without end; try 0.',
  },
  vfCoef: {
    group: 'objective',
    type: 'number',
    min: 0,
    max: 100,
    perAgent: true,
    description: 'Weight of the value loss.',
    source: 'Schulman et al. 2017 (PPO), equation 9 (c1); CleanRL ppo.py --vf-coef; detail 10',
    pitfall: 'With separate networks Adam cancels it, but for its part in maxGradNorm and adamEps.',
  },
  maxGradNorm: {
    group: 'optimizer',
    type: 'number',
    min: 0,
    exclusiveMin: true,
    perAgent: true,
    description: 'Largest global gradient norm.',
    source: 'Pascanu et al. 2013, algorithm 1; CleanRL ppo.py --max-grad-norm; detail 11',
    pitfall: "The norm spans both networks: a large value error shrinks the actor's gradient too.",
  },
  normAdv: {
    group: 'objective',
    type: 'boolean',
    perAgent: true,
    description: 'Normalise advantages per minibatch.',
    source: 'CleanRL ppo.py --norm-adv; detail 7',
    pitfall:
      'Where all advantages of a minibatch are nearly equal it makes noise as large as signal.',
  },
  adamEps: {
    group: 'optimizer',
    type: 'number',
    min: 0,
    max: 1,
    exclusiveMin: true,
    perAgent: true,
    description: 'Epsilon outside the square root of Adam.',
    source: 'Kingma and Ba 2015, algorithm 1; CleanRL ppo.py optim.Adam(eps=1e-5); detail 3',
    pitfall: "PyTorch's default is 1e-8: settings tuned with one need not suit the other.",
  },
  hiddenSizes: {
    group: 'network',
    type: 'widths',
    min: 1,
    max: 4096,
    description: 'Widths of the hidden layers of actor and critic, e.g. 64,64.',
    source: 'Schulman et al. 2017 (PPO), section 6.1: 64,64; CleanRL ppo.py Agent; detail 13',
    pitfall: 'Both networks get all of them, and time grows with the products of neighbours.',
  },
  activation: {
    group: 'network',
    type: 'choice',
    choices: ACTIVATIONS,
    description: 'Activation of the hidden layers.',
    source: 'Schulman et al. 2017 (PPO), section 6.1: tanh',
    pitfall: 'Andrychowicz et al. 2021 found tanh best and relu worst; test before you change it.',
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
