/** The check before an optimizer step: all numbers finite, the KL divergence within its bound. */

import { LOSS_CONSTANTS } from '../config/loss-terms';
import type { Tensor } from '../gpu/arena';
import { type Dispatch, read, write } from '../gpu/kernel';
import { profileOf } from '../gpu/profile';
import type { Runtime } from '../gpu/runtime';
import type { Minibatch } from './minibatches';
import { LOSS_STATISTICS } from './ppo-loss';

/** What must be finite; an agent's record holds a fault as 1 + its index, 0 for none. */
export const FAULTS = [...LOSS_STATISTICS, 'gradient', 'parameters'] as const;
/** The non-finite quantity of an update: a loss statistic, the gradient or the parameters. */
export type Fault = (typeof FAULTS)[number];

export interface CheckOptions {
  readonly agents: Tensor;
  readonly minibatch: Minibatch;
  /** Partial sums of the loss statistics, [K][groups][LOSS_STATISTICS]. */
  readonly partials: Tensor;
  /** [K][updates][STATISTICS] */
  readonly statistics: Tensor;
  /** Squared norms of the parts of the gradient, [K][groups]. */
  readonly norms: Tensor;
  /** 1 for agents with a non-finite parameter, [K]. */
  readonly faults: Tensor;
  /** Updates per epoch. */
  readonly minibatches: number;
}

/** Decides on the step, fills the update's row of statistics and advances to the next update. */
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
