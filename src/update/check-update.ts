/** Whether the optimizer takes the step at hand: finite numbers, and a KL divergence in its bounds. */
import type { Tensor } from '../gpu/arena';
import { type Dispatch, read, write } from '../gpu/kernel';
import type { Runtime } from '../gpu/runtime';
import { gradientGroups } from '../kernels/reduce';
import { LOSS_CONSTANTS } from '../loss-terms';
import type { Minibatch } from './minibatches';
import { LOSS_STATISTICS, type LossTensors, lossGroups } from './ppo-loss';

const STATISTIC_LANES = 64;

/** What may not be finite; an agent's record names one by 1 + its place. */
export const FAULTS = [...LOSS_STATISTICS, 'gradient', 'parameters'] as const;
export type Fault = (typeof FAULTS)[number];

export interface CheckOptions {
  readonly agents: Tensor;
  readonly minibatch: Minibatch;
  readonly loss: LossTensors;
  /** [K][gradientGroups(P)] of gradient-sum. */
  readonly norms: Tensor;
  /** P */
  readonly parameterCount: number;
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
  const { agents, minibatch, loss, norms, parameterCount } = options;
  return kernels
    .kernel({
      shader: 'update/check-update',
      constants: { STATISTIC_LANES, LOSS_TERMS: LOSS_CONSTANTS.LOSS_TERMS! },
    })
    .dispatch({
      shape: {
        samples: minibatch.samples,
        groups: lossGroups(minibatch),
        norm_groups: gradientGroups(parameterCount),
        updates: loss.statistics.shape[1]!,
        update,
        after_epoch: Number(afterEpoch),
      },
      tensors: [read(loss.partials), read(norms), write(agents), write(loss.statistics)],
      workgroups: [1, 1, agents.shape[0]!],
    });
}
