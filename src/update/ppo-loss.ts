/** The PPO loss of a minibatch, its derivatives with respect to the outputs, and its statistics. */

import { LOSS_CONSTANTS, LOSS_TERMS, type LossMetric } from '../config/loss-terms';
import type { Arena, Tensor } from '../gpu/arena';
import { type Dispatch, read, write } from '../gpu/kernel';
import type { Runtime } from '../gpu/runtime';
import type { ParameterBlock } from '../kernels/blocks';
import type { Task } from '../rollout/task';
import type { Minibatch } from './minibatches';

const LOSS_LANES = 64;

/** The statistic reported under `metric`: the metric's name without "losses/". */
export function statisticOf<Metric extends LossMetric>(metric: Metric): MetricName<Metric> {
  return metric.slice('losses/'.length) as MetricName<Metric>;
}

/** Means over a minibatch: every loss term, then these; ordered as in update/statistics.wesl. */
export const LOSS_STATISTICS = [
  ...LOSS_TERMS.map(({ metric }) => statisticOf(metric)),
  'loss',
  'old_approx_kl',
  'approx_kl',
  'clipfrac',
] as readonly LossStatistic[];

type MetricName<Metric> = Metric extends `losses/${infer Name}` ? Name : never;
export type LossStatistic =
  | MetricName<LossMetric>
  | 'loss'
  | 'old_approx_kl'
  | 'approx_kl'
  | 'clipfrac';

/**
 * One row per update: the loss statistics, the norm of the gradient, and two flags (0 or 1): the
 * optimizer took the step, or skipped it because of a non-finite number.
 */
export const STATISTICS = [...LOSS_STATISTICS, 'grad_norm', 'applied', 'skipped'] as const;
export type Statistic = (typeof STATISTICS)[number];

export interface LossTensors {
  /** The actor's head, then the value, [K][headSize + 1][stride]. */
  readonly outputs: Tensor;
  /**
   * Derivatives with respect to the head, the value, then the free parameters,
   * [K][distributionSize + 1][stride].
   */
  readonly dOutputs: Tensor;
  /** Sums of the loss statistics per workgroup, [K][groups][LOSS_STATISTICS]. */
  readonly partials: Tensor;
}

/** Workgroups of the loss kernel per agent, and therefore partial sums per agent. */
export function lossGroups({ stride }: Minibatch): number {
  return Math.ceil(stride / LOSS_LANES);
}

/** One row of statistics per update of an iteration, [K][updates][STATISTICS]. */
export function declareStatistics(
  arena: Arena,
  { agents, updates }: { readonly agents: number; readonly updates: number },
): Tensor {
  const advice =
    'use fewer agents, epochs or minibatches (numAgents, updateEpochs, numMinibatches)';
  const shape = [agents, updates, STATISTICS.length];
  return arena.declare('update statistics', shape, 'f32', advice);
}

export function declareLoss(arena: Arena, minibatch: Minibatch, task: Task): LossTensors {
  const agents = minibatch.tensor.shape[0]!;
  const { headSize, distributionSize } = task.distribution;
  const { stride } = minibatch;
  const groups = lossGroups(minibatch);
  return {
    outputs: arena.declare('network outputs', [agents, headSize + 1, stride]),
    dOutputs: arena.declare('gradients of network outputs', [agents, distributionSize + 1, stride]),
    partials: arena.declare('partial loss statistics', [agents, groups, LOSS_STATISTICS.length]),
  };
}

export interface LossOptions {
  readonly task: Task;
  readonly agents: Tensor;
  readonly minibatch: Minibatch;
  readonly parameters: ParameterBlock;
  readonly freeOffset: number;
  /** Moments of the minibatch's advantages, [K][1][MOMENTS_WORDS]. */
  readonly advantageMoments: Tensor;
  /** Moments of the batch's advantages and returns, [K][2][MOMENTS_WORDS]. */
  readonly batchMoments: Tensor;
  readonly tensors: LossTensors;
}

/** The derivatives of every sample, and the sums of the loss statistics per workgroup. */
export function ppoLoss(runtime: Runtime, options: LossOptions): Dispatch {
  const { task, agents, minibatch, parameters, freeOffset, tensors } = options;
  const groups = lossGroups(minibatch);
  return runtime.kernels
    .kernel(task.program('update/ppo-loss', { LOSS_LANES, ...LOSS_CONSTANTS }))
    .dispatch({
      shape: {
        samples: minibatch.samples,
        stride: minibatch.stride,
        groups,
        free_offset: freeOffset,
        parameter_stride: parameters.count,
        slices: 1,
        blocks: 1,
        opaque_one: 1,
      },
      tensors: {
        agents: read(agents),
        minibatch: read(minibatch.tensor),
        advantage_moments: read(options.advantageMoments),
        batch_moments: read(options.batchMoments),
        outputs: read(tensors.outputs),
        parameters: read(parameters.tensor),
        d_outputs: write(tensors.dOutputs),
        partials: write(tensors.partials),
      },
      workgroups: [groups, 1, minibatch.tensor.shape[0]!],
    });
}
