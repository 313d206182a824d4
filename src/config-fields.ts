/**
 * The table of config fields: from its rows the command line, the checks, the schema of configuration
 * files and the documentation are all made. The fields of the loss are rows of LOSS_TERMS.
 */

import { ACTIVATIONS, type PpoConfig } from './config';
import { ANNEAL_CHOICES, LOSS_FIELDS } from './loss-terms';

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
/** Name of a group of fields, one of `CONFIG_GROUPS`. */
export type ConfigGroup = keyof typeof CONFIG_GROUPS;

/** What is known about one field of the configuration, e.g. to make a form or a command line from it. */
export interface ConfigField {
  /** Group that it is listed under. */
  readonly group: ConfigGroup;
  /** What a single value of the field is. */
  readonly type: FieldType;
  /** One sentence for `--help` and the documentation. */
  readonly description: string;
  /** Smallest value, of `widths` that of each; by default without bound. */
  readonly min?: number;
  /** Largest value, of `widths` that of each; by default without bound. */
  readonly max?: number;
  /** Whether `min` itself is excluded; default false. */
  readonly exclusiveMin?: boolean;
  /** Whether 0 is allowed besides the range; default false. */
  readonly orZero?: boolean;
  /** The values of a `choice`. */
  readonly choices?: readonly (string | boolean)[];
  /** Whether a list with one value per agent is accepted too; default false. */
  readonly perAgent?: boolean;
  /** Where the field comes from: a paper and its equation, a flag of CleanRL, a detail. */
  readonly source: string;
  /** One sentence about how its value misleads. */
  readonly pitfall: string;
}

export const MAX_BATCH = 2 ** 24;
/** Optimizer steps of an iteration: its dispatches are all in a list. */
export const MAX_UPDATES = 2 ** 20;

/** Every field of `PpoConfig` with its type, range, meaning, source and pitfall. */
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
    description: 'Passes over each batch; times numMinibatches at most 1,048,576.',
    source: 'Schulman et al. 2017, algorithm 1 (K epochs); CleanRL ppo.py --update-epochs',
    pitfall: 'Many passes carry the policy away from its data: watch approx_kl and clipfrac.',
  },
  learningRate: {
    group: 'optimizer',
    type: 'number',
    min: 0,
    max: 1,
    perAgent: true,
    description: 'Step size of Adam at the first iteration.',
    source: 'Kingma and Ba 2015, algorithm 1 (alpha); CleanRL ppo.py --learning-rate',
    pitfall: 'Tune it first, and again when widths or minibatches change: wide networks want less.',
  },
  criticLearningRate: {
    group: 'optimizer',
    type: 'number',
    min: 0,
    max: 1,
    perAgent: true,
    description: "Step size for the critic's parameters; 0 for that of learningRate.",
    source: 'Andrychowicz et al. 2021; OpenAI Spinning Up PPO (vf_lr)',
    pitfall: 'The global gradient norm is still one for both networks.',
  },
  annealLr: {
    group: 'optimizer',
    type: 'choice',
    choices: [...ANNEAL_CHOICES, 'kl-adaptive'],
    perAgent: true,
    description: 'How learning rates fall to 0 over the run; true is linear.',
    source: 'CleanRL ppo.py --anneal-lr; detail 4; kl-adaptive: Rudin et al. 2022 (rsl_rl)',
    pitfall: 'The last iterations hardly learn; kl-adaptive stays within 1e-5 and 1e-2.',
  },
  desiredKl: {
    group: 'optimizer',
    type: 'number',
    min: 0,
    max: 10,
    exclusiveMin: true,
    perAgent: true,
    description: 'KL divergence that adaptive coefficients aim at.',
    source: 'Schulman et al. 2017, section 4 (d_targ); rsl_rl desired_kl',
    pitfall: 'Without annealLr or annealKl = kl-adaptive it does nothing.',
  },
  targetKl: {
    group: 'optimizer',
    type: 'number',
    min: 0,
    max: 10,
    perAgent: true,
    description: 'KL divergence that ends the updates of an iteration; 0 for none.',
    source: 'CleanRL ppo.py --target-kl; OpenAI Spinning Up PPO',
    pitfall: 'Looked at between epochs: with one epoch it does nothing.',
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
    type: 'choice',
    choices: [false, true, 'batch'],
    perAgent: true,
    description: 'Normalise advantages: true per minibatch, batch, or false.',
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
  weightDecay: {
    group: 'optimizer',
    type: 'number',
    min: 0,
    max: 1,
    perAgent: true,
    description: 'Decoupled weight decay of AdamW.',
    source: 'Loshchilov and Hutter 2019, algorithm 2',
    pitfall: 'Shrinks biases and log-stds too, as PyTorch does.',
  },
  maxSkippedUpdates: {
    group: 'guards',
    type: 'integer',
    min: 0,
    max: 2 ** 20,
    description:
      'Updates skipped in a row, for numbers that are not finite, that end the run; 0 never.',
    source: 'Lockstep',
    pitfall: 'With 0 a run may go on without learning.',
  },
  hiddenSizes: {
    group: 'network',
    type: 'widths',
    min: 1,
    max: 1024,
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
  squashActions: {
    group: 'distribution',
    type: 'boolean',
    description: 'Squash continuous actions into their bounds by tanh instead of clipping them.',
    source: 'Haarnoja et al. 2018 (SAC), appendix C',
    pitfall: 'Optimal actions at the bounds are reached only in the limit of large outputs.',
  },
  stateDependentStd: {
    group: 'distribution',
    type: 'boolean',
    description: 'Let the actor put out the log standard deviation of continuous actions.',
    source: 'Haarnoja et al. 2018 (SAC); Andrychowicz et al. 2021, C3',
    pitfall: 'Exploration can end early in some states and not in others: watch the entropy.',
  },
  logStdInit: {
    group: 'distribution',
    type: 'number',
    min: -10,
    max: 2,
    description: 'Log standard deviation of continuous actions before training.',
    source: 'Andrychowicz et al. 2021, C4; detail 24',
    pitfall: 'In units of the action before clipping or squashing: 0 is wide for a bound of 1.',
  },
  logStdMin: {
    group: 'distribution',
    type: 'number',
    min: -10,
    max: 10,
    description: 'Lower bound of a state-dependent log standard deviation.',
    source: 'Spinning Up SAC, LOG_STD_MIN',
    pitfall: 'Of effect with stateDependentStd only.',
  },
  logStdMax: {
    group: 'distribution',
    type: 'number',
    min: -10,
    max: 10,
    description: 'Upper bound of a state-dependent log standard deviation.',
    source: 'Spinning Up SAC, LOG_STD_MAX',
    pitfall: 'Of effect with stateDependentStd only.',
  },
  sharedTrunk: {
    group: 'network',
    type: 'boolean',
    description: 'Let actor and critic share the hidden layers.',
    source: 'Detail 13 of the 37; CleanRL ppo_atari.py Agent',
    pitfall: "The value loss then shapes the policy's layers: vfCoef matters more.",
  },
  criticActivation: {
    group: 'network',
    type: 'choice',
    choices: ['same', ...ACTIVATIONS],
    description: "Activation of the critic's hidden layers; same is that of the actor.",
    source: 'Andrychowicz et al. 2021, section 3.2',
    pitfall: 'With sharedTrunk there is one activation only: it must be same.',
  },
  layerNorm: {
    group: 'network',
    type: 'boolean',
    description: 'Normalise every hidden layer per sample, before its activation.',
    source: 'Ba et al. 2016',
    pitfall: 'A layer of width 1 passes nothing on, and one of width 2 little but a sign.',
  },
  storage: {
    group: 'network',
    type: 'choice',
    choices: ['f32', 'f16'],
    description:
      'Store observations, and where no kernel is fused hidden layers, in f32 or f16; sums are f32.',
    source: 'Micikevicius et al. 2018, section 3',
    pitfall:
      'f16 keeps 3 digits up to 65,504, beyond which observations are infinite; it needs shader-f16.',
  },
  advantageEstimator: {
    group: 'advantages',
    type: 'choice',
    choices: ['gae', 'returns', 'group'],
    description: 'Advantages: gae, plain discounted returns, or relative to a group (GRPO).',
    source: 'Schulman et al. 2016 (gae); Williams 1992 (returns); Shao et al. 2024 (group)',
    pitfall:
      'returns have no baseline, so normAdv matters; group ends every episode with the rollout.',
  },
  groupSize: {
    group: 'advantages',
    type: 'integer',
    min: 2,
    max: 2 ** 16,
    description: 'Environments that share each start state with advantageEstimator group.',
    source: 'Shao et al. 2024, section 4.1 (G)',
    pitfall:
      'Small groups have noisy baselines; all episodes of a rollout count, not only the first.',
  },
  recomputeAdvantages: {
    group: 'advantages',
    type: 'boolean',
    description: 'Compute values and advantages anew before every epoch but the first.',
    source: 'Andrychowicz et al. 2021, section 3.5',
    pitfall: 'Costs a pass of the critic per epoch; explained variance is then that of the last.',
  },
  minibatchBy: {
    group: 'optimizer',
    type: 'choice',
    choices: ['samples', 'environments'],
    description: 'Draw minibatches of single transitions, or of environments with all their steps.',
    source: 'CleanRL ppo_atari_lstm.py (envinds); detail 6 of the 37 (samples)',
    pitfall: 'Transitions of one environment are alike: the same minibatch holds less information.',
  },
  normObs: {
    group: 'normalizers',
    type: 'boolean',
    description: 'Normalise observations by their running mean and variance.',
    source: 'Detail 28 of the 37; Gymnasium NormalizeObservation',
    pitfall: 'A field constant so far has deviation 1e-4, so its first change hits the clip.',
  },
  clipObs: {
    group: 'normalizers',
    type: 'number',
    min: 0,
    exclusiveMin: true,
    perAgent: true,
    description: 'Bound of normalised observations, in standard deviations (with normObs).',
    source: 'Detail 29 of the 37',
    pitfall: 'Without normObs it does nothing; with it, it clips from the first step on.',
  },
  normReward: {
    group: 'normalizers',
    type: 'boolean',
    description: 'Divide rewards by the running standard deviation of the discounted return.',
    source: 'Engstrom et al. 2020; detail 30 of the 37; Gymnasium NormalizeReward',
    pitfall: 'Scaled, not centred; value losses are then in scaled units.',
  },
  clipReward: {
    group: 'normalizers',
    type: 'number',
    min: 0,
    perAgent: true,
    description:
      'Bound of the rewards that are learned from, 0 for none; 10 is usual with normReward.',
    source: 'Details 19 and 31 of the 37; Mnih et al. 2015',
    pitfall: 'Rewards beyond the bound all count the same; normReward does not switch it on.',
  },
  ...LOSS_FIELDS,
};
