/** Whether the optimizer takes the step at hand: finite numbers, and a KL divergence in its bounds. */
import type { Tensor } from '../gpu/arena';
import { type Dispatch, read, write } from '../gpu/kernel';
import type { Runtime } from '../gpu/runtime';
import { LOSS_CONSTANTS } from '../loss-terms';
import type { Minibatch } from './minibatches';
import { LOSS_STATISTICS } from './ppo-loss';

const STATISTIC_LANES = 64;

/** What may not be finite; an agent's record names one by 1 + its place. */
export const FAULTS = [...LOSS_STATISTICS, 'gradient', 'parameters'] as const;
export type Fault = (typeof FAULTS)[number];

export interface CheckOptions {
  readonly agents: Tensor;
  readonly minibatch: Minibatch;
  /** Sums of the loss's statistics, [K][groups][LOSS_STATISTICS]. */
  readonly partials: Tensor;
  /** [K][updates][STATISTICS] */
  readonly statistics: Tensor;
  /** Of the sum of the gradients, [K][groups][GRADIENT_NORM_WORDS]. */
  readonly norms: Tensor;
}

/**
 * Fills row `update` of the statistics and decides.
 * @param afterEpoch whether an epoch has ended with the update before
 */
export function checkUpdate(
  { kernels }: Runtime,
  options: CheckOptions,
  update: number,
  afterEpoch: boolean,
): Dispatch {
  const { agents, minibatch, partials, statistics, norms } = options;
  return kernels
    .kernel({
      shader: 'update/check-update',
      constants: { STATISTIC_LANES, LOSS_TERMS: LOSS_CONSTANTS.LOSS_TERMS! },
    })
    .dispatch({
      shape: {
        samples: minibatch.samples,
        groups: partials.shape[1]!,
        norm_groups: norms.shape[1]!,
        updates: statistics.shape[1]!,
        update,
        after_epoch: Number(afterEpoch),
      },
      tensors: [read(partials), read(norms), write(agents), write(statistics)],
      workgroups: [1, 1, agents.shape[0]!],
    });
}
