/** Whether the optimizer takes the step at hand: finite numbers, and a KL divergence in its bounds. */

import { LOSS_CONSTANTS } from '../config/loss-terms';
import type { Tensor } from '../gpu/arena';
import { type Dispatch, read, write } from '../gpu/kernel';
import { profileOf } from '../gpu/profile';
import type { Runtime } from '../gpu/runtime';
import type { Minibatch } from './minibatches';
import { LOSS_STATISTICS } from './ppo-loss';

/** What may not be finite; an agent's record names one by 1 + its place. */
export const FAULTS = [...LOSS_STATISTICS, 'gradient', 'parameters'] as const;
/** What an update met that is not finite: a statistic of the loss, the gradient or the new parameters. */
export type Fault = (typeof FAULTS)[number];

export interface CheckOptions {
  readonly agents: Tensor;
  readonly minibatch: Minibatch;
  /** Sums of the loss's statistics, [K][groups][LOSS_STATISTICS]. */
  readonly partials: Tensor;
  /** [K][updates][STATISTICS] */
  readonly statistics: Tensor;
  /** Squared, of the parts of the gradient, [K][groups]. */
  readonly norms: Tensor;
  /** 1 for agents with a parameter that is not finite, [K]. */
  readonly faults: Tensor;
  /** Updates of an epoch. */
  readonly minibatches: number;
}

/** Decides, fills the update's row of the statistics, and makes the next update the one at hand. */
export function checkUpdate({ gpu, kernels }: Runtime, options: CheckOptions): Dispatch {
  const { agents, minibatch, partials, statistics, norms, faults, minibatches } = options;
  return kernels
    .kernel({
      shader: 'update/check-update',
      constants: {
        STATISTIC_LANES: profileOf(gpu.adapter).statisticLanes,
        LOSS_TERMS: LOSS_CONSTANTS.LOSS_TERMS!,
      },
    })
    .dispatch({
      shape: {
        samples: minibatch.samples,
        groups: partials.shape[1]!,
        norm_groups: norms.shape[1]!,
        updates: statistics.shape[1]!,
        minibatches,
      },
      tensors: {
        partials: read(partials),
        norms: read(norms),
        faults: read(faults),
        agents: write(agents),
        statistics: write(statistics),
      },
      workgroups: [1, 1, agents.shape[0]!],
    });
}
