/** The PPO loss of a minibatch, its derivatives by the networks' outputs, and its statistics. */
import type { Arena, Tensor } from '../gpu/arena';
import { type Dispatch, read, write } from '../gpu/kernel';
import type { Runtime } from '../gpu/runtime';
import type { ParameterBlock } from '../kernels/linear';
import type { Task } from '../rollout/task';
import type { Minibatch } from './minibatches';

const LOSS_LANES = 64;
const STATISTIC_LANES = 64;

/** Means over a minibatch, in the order that shaders/update/ppo-loss.wesl writes them. */
const LOSS_STATISTICS = [
  'policy_loss',
  'value_loss',
  'entropy',
  'loss',
  'old_approx_kl',
  'approx_kl',
  'clipfrac',
] as const;

/** One row per update: the loss statistics, and the gradient's norm that adam adds. */
export const STATISTICS = [...LOSS_STATISTICS, 'grad_norm'] as const;
export type Statistic = (typeof STATISTICS)[number];

/**
 * The terms of the loss: each is a function of the same name (`<term>_term`) in
 * shaders/update/loss-terms.wesl, weighted by a config field, and reported under its metric.
 */
export const LOSS_TERMS = [
  { term: 'policy', coefficient: null, metric: 'losses/policy_loss' },
  { term: 'value', coefficient: 'vfCoef', metric: 'losses/value_loss' },
  { term: 'entropy', coefficient: 'entCoef', metric: 'losses/entropy' },
] as const;

export interface LossTensors {
  /** Actor's head, then the value, [K][headSize + 1][stride]. */
  readonly outputs: Tensor;
  /** Derivatives by the head, the value, then the free parameters, [K][D + 1][stride]. */
  readonly dOutputs: Tensor;
  /** Sums per workgroup, [K][groups][statistics]. */
  readonly partials: Tensor;
  /** [K][updates][STATISTICS] */
  readonly statistics: Tensor;
}

export function declareLoss(
  arena: Arena,
  sizes: { readonly agents: number; readonly updates: number },
  minibatch: Minibatch,
  task: Task,
): LossTensors {
  const { agents, updates } = sizes;
  const { headSize, distributionSize } = task.distribution;
  const { stride } = minibatch;
  const groups = Math.ceil(stride / LOSS_LANES);
  return {
    outputs: arena.declare('network outputs', [agents, headSize + 1, stride]),
    dOutputs: arena.declare('gradients of network outputs', [agents, distributionSize + 1, stride]),
    partials: arena.declare('partial loss statistics', [agents, groups, LOSS_STATISTICS.length]),
    statistics: arena.declare('update statistics', [agents, updates, STATISTICS.length]),
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
  readonly tensors: LossTensors;
}

/** Loss and derivatives, then the means of the statistics into row `update`. */
export function ppoLoss(runtime: Runtime, options: LossOptions, update: number): Dispatch[] {
  const { task, agents, minibatch, parameters, freeOffset, advantageMoments, tensors } = options;
  const agentCount = minibatch.tensor.shape[0]!;
  const groups = Math.ceil(minibatch.stride / LOSS_LANES);
  const loss = runtime.kernels.kernel(task.program('update/ppo-loss', { LOSS_LANES })).dispatch({
    shape: {
      samples: minibatch.samples,
      stride: minibatch.stride,
      groups,
      free_offset: freeOffset,
      parameter_stride: parameters.count,
    },
    tensors: [
      read(agents),
      read(minibatch.tensor),
      read(tensors.outputs),
      read(parameters.tensor),
      read(advantageMoments),
      write(tensors.dOutputs),
      write(tensors.partials),
    ],
    workgroups: [groups, 1, agentCount],
  });
  const statistics = runtime.kernels
    .kernel({ shader: 'update/loss-statistics', constants: { STATISTIC_LANES } })
    .dispatch({
      shape: {
        samples: minibatch.samples,
        groups,
        offset: update * STATISTICS.length,
        agent_stride: tensors.statistics.shape[1]! * STATISTICS.length,
      },
      tensors: [read(tensors.partials), write(agents), write(tensors.statistics)],
      workgroups: [1, 1, agentCount],
    });
  return [loss, statistics];
}
