/**
 * Made by `npm run generate` from src/config/fields.ts and src/config/loss-terms.ts; change it there.
 */
import type { PerAgent } from './per-agent';

/**
 * The complete configuration of a run; `CONFIG_FIELDS` and docs/configuration.md also give each
 * field's source and pitfall.
 */
export interface PpoConfig {
  /**
   * Seed of agent 0; agent k uses seed + k.
   * An integer from 0 to 4294967295; default 1.
   */
  readonly seed: number;
  /**
   * Agents trained side by side (the population).
   * An integer from 1 to 65535; default 1.
   */
  readonly numAgents: number;
  /**
   * Environments per agent.
   * An integer from 1 to 1048576; default 256.
   */
  readonly numEnvs: number;
  /**
   * Environment steps per rollout.
   * An integer from 1 to 65536; default 32.
   */
  readonly numSteps: number;
  /**
   * Environment steps per agent in the whole run.
   * An integer from 1 to 281474976710656; default 500000.
   */
  readonly totalTimesteps: number;
  /**
   * Minibatches per epoch; divides numEnvs * numSteps.
   * An integer from 1 to 65536; default 4.
   */
  readonly numMinibatches: number;
  /**
   * Passes over each batch; times numMinibatches at most 1,048,576.
   * An integer from 1 to 1000; default 4.
   */
  readonly updateEpochs: number;
  /**
   * Step size of Adam at the first iteration.
   * A finite number from 0 to 1, or a list of one per agent; default 0.00025.
   */
  readonly learningRate: PerAgent<number>;
  /**
   * Step size for the critic's parameters; 0 for that of learningRate.
   * A finite number from 0 to 1, or a list of one per agent; default 0.
   */
  readonly criticLearningRate: PerAgent<number>;
  /**
   * How learning rates fall to 0 over the run; true is linear.
   * One of false, true, linear, cosine, kl-adaptive, or a list of one per agent; default true.
   */
  readonly annealLr: PerAgent<boolean | 'linear' | 'cosine' | 'kl-adaptive'>;
  /**
   * KL divergence that adaptive coefficients aim at.
   * A finite number above 0 and up to 10, or a list of one per agent; default 0.01.
   */
  readonly desiredKl: PerAgent<number>;
  /**
   * KL divergence that ends the updates of an iteration; 0 for none.
   * A finite number from 0 to 10, or a list of one per agent; default 0.
   */
  readonly targetKl: PerAgent<number>;
  /**
   * Discount factor.
   * A finite number from 0 to 1, or a list of one per agent; default 0.99.
   */
  readonly gamma: PerAgent<number>;
  /**
   * Lambda of generalized advantage estimation.
   * A finite number from 0 to 1, or a list of one per agent; default 0.95.
   */
  readonly gaeLambda: PerAgent<number>;
  /**
   * Largest global gradient norm.
   * A finite number above 0, or a list of one per agent; default 0.5.
   */
  readonly maxGradNorm: PerAgent<number>;
  /**
   * Normalise advantages: true per minibatch, batch, or false.
   * One of false, true, batch, or a list of one per agent; default true.
   */
  readonly normAdv: PerAgent<boolean | 'batch'>;
  /**
   * Epsilon outside the square root of Adam.
   * A finite number above 0 and up to 1, or a list of one per agent; default 0.00001.
   */
  readonly adamEps: PerAgent<number>;
  /**
   * Decoupled weight decay of AdamW.
   * A finite number from 0 to 10, or a list of one per agent; default 0.
   */
  readonly weightDecay: PerAgent<number>;
  /**
   * Updates skipped in a row, for numbers that are not finite, that end the run; 0 never.
   * An integer from 0 to 1048576; default 10.
   */
  readonly maxSkippedUpdates: number;
  /**
   * Widths of the hidden layers of actor and critic, e.g. 64,64.
   * A list of 0 to 4 widths, each an integer from 1 to 1024; default [64,64].
   */
  readonly hiddenSizes: readonly number[];
  /**
   * Activation of the hidden layers.
   * One of tanh, relu, elu, silu; default "tanh".
   */
  readonly activation: 'tanh' | 'relu' | 'elu' | 'silu';
  /**
   * Squash continuous actions into their bounds by tanh instead of clipping them.
   * True or false; default false.
   */
  readonly squashActions: boolean;
  /**
   * Let the actor put out the log standard deviation of continuous actions.
   * True or false; default false.
   */
  readonly stateDependentStd: boolean;
  /**
   * Log standard deviation of continuous actions before training.
   * A finite number from -10 to 2; default 0.
   */
  readonly logStdInit: number;
  /**
   * Lower bound of a state-dependent log standard deviation.
   * A finite number from -10 to 10; default -5.
   */
  readonly logStdMin: number;
  /**
   * Upper bound of a state-dependent log standard deviation.
   * A finite number from -10 to 10; default 2.
   */
  readonly logStdMax: number;
  /**
   * Let actor and critic share the hidden layers.
   * True or false; default false.
   */
  readonly sharedTrunk: boolean;
  /**
   * Activation of the critic's hidden layers; same is that of the actor.
   * One of same, tanh, relu, elu, silu; default "same".
   */
  readonly criticActivation: 'same' | 'tanh' | 'relu' | 'elu' | 'silu';
  /**
   * Normalise every hidden layer per sample, before its activation.
   * True or false; default false.
   */
  readonly layerNorm: boolean;
  /**
   * Store observations, and where no kernel is fused hidden layers, in f32 or f16; sums are f32.
   * One of f32, f16; default "f32".
   */
  readonly storage: 'f32' | 'f16';
  /**
   * Advantages: gae, plain discounted returns, or relative to a group (GRPO).
   * One of gae, returns, group; default "gae".
   */
  readonly advantageEstimator: 'gae' | 'returns' | 'group';
  /**
   * Environments that share each start state with advantageEstimator group.
   * An integer from 2 to 65536; default 8.
   */
  readonly groupSize: number;
  /**
   * Compute values and advantages anew before every epoch but the first.
   * True or false; default false.
   */
  readonly recomputeAdvantages: boolean;
  /**
   * Draw minibatches of single transitions, or of environments with all their steps.
   * One of samples, environments; default "samples".
   */
  readonly minibatchBy: 'samples' | 'environments';
  /**
   * Normalise observations by their running mean and variance.
   * True or false; default false.
   */
  readonly normObs: boolean;
  /**
   * Bound of normalised observations, in standard deviations (with normObs).
   * A finite number above 0, or a list of one per agent; default 10.
   */
  readonly clipObs: PerAgent<number>;
  /**
   * Divide rewards by the running standard deviation of the discounted return.
   * True or false; default false.
   */
  readonly normReward: boolean;
  /**
   * Bound of the rewards that are learned from, 0 for none; 10 is usual with normReward.
   * A finite number from 0, or a list of one per agent; default 0.
   */
  readonly clipReward: PerAgent<number>;
  /**
   * Surrogate objective: clipped ratios, or plain ratios beside klCoef.
   * One of clip, penalty, or a list of one per agent; default "clip".
   */
  readonly objective: PerAgent<'clip' | 'penalty'>;
  /**
   * Clip range of the policy ratio.
   * A finite number above 0 and up to 10, or a list of one per agent; default 0.2.
   */
  readonly clipCoef: PerAgent<number>;
  /**
   * How clipCoef falls to 0 over the run; true is linear.
   * One of false, true, linear, cosine, or a list of one per agent; default false.
   */
  readonly annealClip: PerAgent<boolean | 'linear' | 'cosine'>;
  /**
   * Bound of ratio · |advantage| for bad actions, above 1; 0 for none.
   * A finite number above 1 and up to 100, or 0, or a list of one per agent; default 0.
   */
  readonly dualClip: PerAgent<number>;
  /**
   * Weight of the value loss.
   * A finite number from 0 to 100, or a list of one per agent; default 0.5.
   */
  readonly vfCoef: PerAgent<number>;
  /**
   * Clip the value loss to the range of clipCoef or vfClipCoef.
   * True or false, or a list of one per agent; default true.
   */
  readonly clipVloss: PerAgent<boolean>;
  /**
   * Clip range of the value where clipVloss; 0 for that of clipCoef.
   * A finite number from 0 to 1000000, or a list of one per agent; default 0.
   */
  readonly vfClipCoef: PerAgent<number>;
  /**
   * Error from which the value loss grows linearly (Huber); 0 for never.
   * A finite number from 0 to 1000000, or a list of one per agent; default 0.
   */
  readonly huberDelta: PerAgent<number>;
  /**
   * Weight of the entropy bonus.
   * A finite number from 0 to 100, or a list of one per agent; default 0.01.
   */
  readonly entCoef: PerAgent<number>;
  /**
   * How entCoef falls to 0 over the run; true is linear.
   * One of false, true, linear, cosine, or a list of one per agent; default false.
   */
  readonly annealEnt: PerAgent<boolean | 'linear' | 'cosine'>;
  /**
   * Weight of the KL divergence from the policy that acted.
   * A finite number from 0 to 1000, or a list of one per agent; default 0.
   */
  readonly klCoef: PerAgent<number>;
  /**
   * Whether klCoef doubles and halves, within 1e-6 and 1e3, to keep KL near desiredKl.
   * One of false, kl-adaptive, or a list of one per agent; default "kl-adaptive".
   */
  readonly annealKl: PerAgent<false | 'kl-adaptive'>;
  /**
   * Weight of the KL divergence to a frozen reference policy, in the loss.
   * A finite number from 0 to 1000, or a list of one per agent; default 0.
   */
  readonly refKlCoef: PerAgent<number>;
  /**
   * Weight of log(policy / reference), taken off every reward.
   * A finite number from 0 to 1000, or a list of one per agent; default 0.
   */
  readonly refKlRewardCoef: PerAgent<number>;
}
