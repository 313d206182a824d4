/** Made by `npm run generate` from fields.ts and loss-terms.ts. */
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
   * Agents trained side by side as one population (K).
   * An integer from 1 to 65535; default 1.
   */
  readonly numAgents: number;
  /**
   * Environments per agent (N).
   * An integer from 1 to 1048576; default 256.
   */
  readonly numEnvs: number;
  /**
   * Environment steps per rollout (T).
   * An integer from 1 to 65536; default 32.
   */
  readonly numSteps: number;
  /**
   * Environment steps per agent in the whole run.
   * An integer from 1 to 281474976710656; default 500000.
   */
  readonly totalTimesteps: number;
  /**
   * Minibatches per epoch; must divide numEnvs * numSteps.
   * An integer from 1 to 65536; default 4.
   */
  readonly numMinibatches: number;
  /**
   * Passes over each batch; updateEpochs * numMinibatches must be at most 1,048,576.
   * An integer from 1 to 1000; default 4.
   */
  readonly updateEpochs: number;
  /**
   * Step size of Adam at the first iteration.
   * A finite number from 0 to 1, or a list with one value per agent; default 0.00025.
   */
  readonly learningRate: PerAgent<number>;
  /**
   * Step size for the critic's parameters; 0 uses learningRate.
   * A finite number from 0 to 1, or a list with one value per agent; default 0.
   */
  readonly criticLearningRate: PerAgent<number>;
  /**
   * Schedule of the learning rates: false is constant; true, linear and cosine end at 0.
   * One of false, true, linear, cosine, kl-adaptive, or a list with one value per agent; default
   * true.
   */
  readonly annealLr: PerAgent<boolean | 'linear' | 'cosine' | 'kl-adaptive'>;
  /**
   * KL divergence, in nats, that kl-adaptive coefficients aim at.
   * A finite number above 0 and up to 10, or a list with one value per agent; default 0.01.
   */
  readonly desiredKl: PerAgent<number>;
  /**
   * KL divergence, in nats, that ends the updates of an iteration early; 0: never.
   * A finite number from 0 to 10, or a list with one value per agent; default 0.
   */
  readonly targetKl: PerAgent<number>;
  /**
   * Discount factor.
   * A finite number from 0 to 1, or a list with one value per agent; default 0.99.
   */
  readonly gamma: PerAgent<number>;
  /**
   * Lambda of generalized advantage estimation.
   * A finite number from 0 to 1, or a list with one value per agent; default 0.95.
   */
  readonly gaeLambda: PerAgent<number>;
  /**
   * Largest global norm of the gradient; larger gradients are scaled down to it.
   * A finite number above 0, or a list with one value per agent; default 0.5.
   */
  readonly maxGradNorm: PerAgent<number>;
  /**
   * Normalize advantages: true: per minibatch; batch: over the whole batch; false: off.
   * One of false, true, batch, or a list with one value per agent; default true.
   */
  readonly normAdv: PerAgent<boolean | 'batch'>;
  /**
   * Epsilon of Adam, added outside the square root.
   * A finite number above 0 and up to 1, or a list with one value per agent; default 0.00001.
   */
  readonly adamEps: PerAgent<number>;
  /**
   * Decoupled weight decay (AdamW): every update shrinks parameters by learningRate times this.
   * A finite number from 0 to 1, or a list with one value per agent; default 0.
   */
  readonly weightDecay: PerAgent<number>;
  /**
   * End the run after this many non-finite updates in a row; 0: never.
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
   * Squash continuous actions into their bounds with tanh instead of clipping them.
   * True or false; default false.
   */
  readonly squashActions: boolean;
  /**
   * Let the actor output the log standard deviation of continuous actions.
   * True or false; default false.
   */
  readonly stateDependentStd: boolean;
  /**
   * Initial log standard deviation of continuous actions.
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
   * Share the hidden layers between actor and critic.
   * True or false; default false.
   */
  readonly sharedTrunk: boolean;
  /**
   * Activation of the critic's hidden layers; same uses the actor's.
   * One of same, tanh, relu, elu, silu; default "same".
   */
  readonly criticActivation: 'same' | 'tanh' | 'relu' | 'elu' | 'silu';
  /**
   * Normalize every hidden layer per sample, before its activation.
   * True or false; default false.
   */
  readonly layerNorm: boolean;
  /**
   * Number type of stored observations (and of hidden layers where kernels are not fused).
   * One of f32, f16; default "f32".
   */
  readonly storage: 'f32' | 'f16';
  /**
   * Advantages: gae, returns (plain discounted returns), or group (relative to a group, GRPO).
   * One of gae, returns, group; default "gae".
   */
  readonly advantageEstimator: 'gae' | 'returns' | 'group';
  /**
   * Environments that share a start state if advantageEstimator is group; must divide numEnvs.
   * An integer from 2 to 65536; default 8.
   */
  readonly groupSize: number;
  /**
   * Recompute values and advantages before every epoch except the first.
   * True or false; default false.
   */
  readonly recomputeAdvantages: boolean;
  /**
   * Begin training with environments of all ages, so that the time limit cuts a few at a time.
   * True or false; default false.
   */
  readonly staggerResets: boolean;
  /**
   * Frozen earlier policies that an agent plays against in a world of two players (Q).
   * An integer from 1 to 256; default 8.
   */
  readonly opponents: number;
  /**
   * Iterations after which the current policy replaces one of the opponents.
   * An integer from 1 to 65536; default 10.
   */
  readonly opponentInterval: number;
  /**
   * Draw minibatches of single transitions (samples) or of environments with all their steps.
   * One of samples, environments; default "samples".
   */
  readonly minibatchBy: 'samples' | 'environments';
  /**
   * Normalize observations by their running mean and variance.
   * True or false; default false.
   */
  readonly normObs: boolean;
  /**
   * Bound on normalized observations, in standard deviations.
   * A finite number above 0, or a list with one value per agent; default 10.
   */
  readonly clipObs: PerAgent<number>;
  /**
   * Divide rewards by the running standard deviation of the discounted return.
   * True or false; default false.
   */
  readonly normReward: boolean;
  /**
   * Clip the rewards learned from to this magnitude, after normReward; 0: off.
   * A finite number from 0, or a list with one value per agent; default 0.
   */
  readonly clipReward: PerAgent<number>;
  /**
   * Surrogate objective: clip (clipped ratios) or penalty (unclipped ratios, with klCoef).
   * One of clip, penalty, or a list with one value per agent; default "clip".
   */
  readonly objective: PerAgent<'clip' | 'penalty'>;
  /**
   * Clip range of the policy ratio.
   * A finite number above 0 and up to 10, or a list with one value per agent; default 0.2.
   */
  readonly clipCoef: PerAgent<number>;
  /**
   * Schedule of clipCoef: false is constant; true, linear and cosine end at 0.
   * One of false, true, linear, cosine, or a list with one value per agent; default false.
   */
  readonly annealClip: PerAgent<boolean | 'linear' | 'cosine'>;
  /**
   * Largest ratio that counts for actions with negative advantage, above 1; 0: no limit.
   * A finite number above 1 and up to 100, or 0, or a list with one value per agent; default 0.
   */
  readonly dualClip: PerAgent<number>;
  /**
   * Weight of the value loss.
   * A finite number from 0 to 100, or a list with one value per agent; default 0.5.
   */
  readonly vfCoef: PerAgent<number>;
  /**
   * Clip the value loss to the range of vfClipCoef, or of clipCoef.
   * True or false, or a list with one value per agent; default true.
   */
  readonly clipVloss: PerAgent<boolean>;
  /**
   * Clip range of the value if clipVloss is true; 0 uses clipCoef.
   * A finite number from 0 to 1000000, or a list with one value per agent; default 0.
   */
  readonly vfClipCoef: PerAgent<number>;
  /**
   * Huber threshold of the value loss; 0: plain squared error.
   * A finite number from 0 to 1000000, or a list with one value per agent; default 0.
   */
  readonly huberDelta: PerAgent<number>;
  /**
   * Weight of the entropy bonus.
   * A finite number from 0 to 100, or a list with one value per agent; default 0.01.
   */
  readonly entCoef: PerAgent<number>;
  /**
   * Schedule of entCoef: false is constant; true, linear and cosine end at 0.
   * One of false, true, linear, cosine, or a list with one value per agent; default false.
   */
  readonly annealEnt: PerAgent<boolean | 'linear' | 'cosine'>;
  /**
   * Weight of the KL divergence from the policy that collected the rollout.
   * A finite number from 0 to 1000, or a list with one value per agent; default 0.
   */
  readonly klCoef: PerAgent<number>;
  /**
   * kl-adaptive: double or halve klCoef (1e-6 to 1e3) to keep the KL near desiredKl.
   * One of false, kl-adaptive, or a list with one value per agent; default "kl-adaptive".
   */
  readonly annealKl: PerAgent<false | 'kl-adaptive'>;
  /**
   * Weight of the KL divergence from a frozen reference policy, in the loss.
   * A finite number from 0 to 1000, or a list with one value per agent; default 0.
   */
  readonly refKlCoef: PerAgent<number>;
  /**
   * Weight of log(policy / reference), subtracted from every reward.
   * A finite number from 0 to 1000, or a list with one value per agent; default 0.
   */
  readonly refKlRewardCoef: PerAgent<number>;
}
