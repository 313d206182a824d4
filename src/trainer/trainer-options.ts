/** What a run is made of, besides its configuration. */
import { ConfigError } from '../config/config-error';
import type { PpoConfig } from '../config/ppo-config';
import type { EnvironmentDefinition } from '../environments/definition';
import type { Gpu } from '../gpu/device';
import type { NetworkKinds } from '../network/actor-critic';
import type { KernelPlan } from '../network/kernel-plan';
import type { Reduce } from '../update/update';
import { type AbortSignalLike, checkSignal } from './abort-signal';
import { checkStallTimeout } from './patience';
import type { Policy } from './policy';

/** What `createTrainer` needs: a device, an environment, and what differs from the defaults. */
export interface TrainerOptions {
  /** Device to train on, from `requestGpu` or `requestNodeGpu`; it stays open after `Trainer.destroy`. */
  readonly gpu: Gpu;
  /** Environment to learn, from `findEnvironment` or `defineEnvironment`. */
  readonly environment: EnvironmentDefinition;
  /** Fields that take precedence over the environment's defaults, and those over `DEFAULT_CONFIG`. */
  readonly config?: Partial<PpoConfig>;
  /**
   * Where training begins instead of at random parameters: what `Trainer.policy` has returned, or one
   * agent's part of it for all alike. Only the optimizer begins anew.
   */
  readonly policy?: Policy | undefined;
  /**
   * Parameters alone in place of a policy: those of `Trainer.parameters`, [K][P], or one agent's for all
   * alike, [P]. The statistics of normalizers (normObs, normReward) begin anew: parameters that were
   * trained with them are worth little without.
   */
  readonly parameters?: Float32Array | undefined;
  /**
   * Parameters of the frozen reference policy, [K][P] or [P]; by default those that training begins with.
   * Only with `refKlCoef` or `refKlRewardCoef` above 0.
   */
  readonly referenceParameters?: Float32Array | undefined;
  /**
   * Networks of other kinds than those that the configuration describes; see `NetworkKind`. Their kernels are
   * layered unless they are multilayer perceptrons. Not with `sharedTrunk`.
   */
  readonly networks?: NetworkKinds | undefined;
  /** Kernels that run, e.g. from `tunePlan` or `LAYERED`; by default the usual ones for the device and the networks. */
  readonly plan?: KernelPlan | undefined;
  /**
   * An `AbortSignal`. It calls off the creation and every loop over the trainer, which then reject with the signal's reason.
   * `parameters` and `evaluate` still work afterwards; `evaluate` takes a signal of its own.
   */
  readonly signal?: AbortSignalLike | undefined;
  /**
   * Milliseconds after which the device is given up if it has not come back from its work, with a GpuError
   * that names the environment's file, since one of its functions may loop without end; default 120,000,
   * Infinity for never. It applies to the first reset, to the first step and to each later iteration, which
   * may take ten times as long as the longest iteration before it in addition. Compilation does not count.
   */
  readonly stallTimeout?: number | undefined;
  /**
   * Runs on the host between the sum of each update's gradients and the optimizer's step.
   * @internal
   */
  readonly reduce?: Reduce | undefined;
}

/** What a run begins with, where it is not made from the configuration. */
export type Given = Omit<TrainerOptions, 'gpu' | 'environment' | 'config'>;

/**
 * Checks what does not depend on the networks.
 * @throws ConfigError, or the reason of a signal that is aborted.
 */
export function checkGiven({ policy, parameters, signal, stallTimeout }: Given): void {
  if (policy && parameters) {
    throw new ConfigError(['policy and parameters are both given; a policy has parameters']);
  }
  checkSignal(signal);
  if (stallTimeout !== undefined) checkStallTimeout(stallTimeout);
  signal?.throwIfAborted();
}
