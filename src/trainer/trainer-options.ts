/** The options of a run besides its configuration. */
import type { ValueHead } from '../advantages/value-heads';
import { ConfigError } from '../config/config-error';
import type { PpoConfig } from '../config/ppo-config';
import type { EnvironmentDefinition } from '../environments/definition';
import type { Gpu } from '../gpu/device';
import type { NetworkKinds } from '../network/actor-critic';
import { isPlan, type KernelPlan } from '../network/kernel-plan';
import type { Reduce } from '../update/update';
import { type AbortSignalLike, checkSignal } from './abort-signal';
import { checkStallTimeout } from './patience';
import type { Policy } from './policy';
import { checkStopConditions, type StopConditions } from './stop-conditions';

/** What `createTrainer` takes: a device, an environment, and whatever differs from the defaults. */
export interface TrainerOptions {
  /**
   * Device to train on, from `requestGpu` or `requestNodeGpu`; it stays open after
   * `Trainer.destroy`.
   */
  readonly gpu: Gpu;
  /** Environment to learn, from `findEnvironment` or `defineEnvironment`. */
  readonly environment: EnvironmentDefinition;
  /**
   * Fields that take precedence over the environment's defaults, and those over `DEFAULT_CONFIG`.
   */
  readonly config?: Partial<PpoConfig>;
  /**
   * The policy that training begins with instead of random parameters: what `Trainer.policy`
   * returned, or one agent's part of it, which every agent then gets. Only the optimizer starts
   * afresh.
   */
  readonly policy?: Policy | undefined;
  /**
   * Parameters alone in place of a policy: those of `Trainer.parameters`, [K][P], or one agent's,
   * [P], which every agent then gets. The statistics of normalizers (normObs, normReward) start
   * afresh; parameters that were trained with statistics are worth little without them.
   */
  readonly parameters?: Float32Array | undefined;
  /**
   * Parameters of the frozen reference policy, [K][P] or [P]; by default those that training begins
   * with. Only with `refKlCoef` or `refKlRewardCoef` above 0.
   */
  readonly referenceParameters?: Float32Array | undefined;
  /**
   * Networks of other kinds than those that the configuration describes; see `NetworkKind`. Their
   * kernels are layered unless they are multilayer perceptrons. Not with `sharedTrunk`.
   */
  readonly networks?: NetworkKinds | undefined;
  /**
   * Values that are learned beside the critic's, each from rewards of its own; default none. Their
   * gradients count in the norm that `maxGradNorm` bounds. All kernels of the run are layered.
   */
  readonly valueHeads?: readonly ValueHead[] | undefined;
  /**
   * Kernels that run, e.g. from `tunePlan` or `LAYERED`; by default the usual ones for the device
   * and the networks.
   */
  readonly plan?: KernelPlan | undefined;
  /**
   * An `AbortSignal`. It cancels the creation and every loop over the trainer, which then reject
   * with the signal's reason. `parameters` and `evaluate` still work afterwards; `evaluate` takes
   * its own signal.
   */
  readonly signal?: AbortSignalLike | undefined;
  /** Conditions under which training ends before its last iteration; default none. */
  readonly stop?: StopConditions | undefined;
  /**
   * Whether the policies of the report with the highest return are kept for `Trainer.best`; default
   * false. They are read from the device at every report with a new best.
   */
  readonly keepBest?: boolean | undefined;
  /**
   * Milliseconds after which the device is given up if it has not finished its work, with a
   * GpuError that names the environment's file, since one of its functions may loop without end;
   * default 120,000, Infinity for never. It applies to the first reset, to the first step and to
   * each later iteration, which may take ten times as long as the longest one so far in addition.
   * Compilation does not count.
   */
  readonly stallTimeout?: number | undefined;
  /**
   * Runs on the host between the sum of each update's gradients and the optimizer's step.
   * @internal
   */
  readonly reduce?: Reduce | undefined;
}

/** The options that `createTrainer` does not derive from the configuration. */
export type Given = Omit<TrainerOptions, 'gpu' | 'environment' | 'config'>;

/**
 * Checks the options that do not depend on the networks.
 * @throws ConfigError, or the reason of a signal that is aborted.
 */
export function checkGiven(given: Given): void {
  const { policy, parameters, plan, signal, stallTimeout, stop } = given;
  if (policy && parameters) {
    throw new ConfigError(['policy and parameters are both given; a policy has parameters']);
  }
  if (plan !== undefined && !isPlan(plan)) {
    throw new ConfigError([
      `plan is ${JSON.stringify(plan)}; it must be a KernelPlan, e.g. LAYERED or one that ` +
        'tunePlan has chosen',
    ]);
  }
  checkSignal(signal);
  if (stallTimeout !== undefined) checkStallTimeout(stallTimeout);
  if (stop !== undefined) checkStopConditions(stop);
  signal?.throwIfAborted();
}
