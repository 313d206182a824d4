/** Minibatches: which samples, and how they lie in memory. */
import type { PpoConfig } from '../config/ppo-config';
import type { Arena, Tensor } from '../gpu/arena';
import { type Dispatch, read, write } from '../gpu/kernel';
import { type Runtime, roundUp } from '../gpu/runtime';
import type { SampleBlock } from '../kernels/linear';
import type { RolloutBuffer, ValueBuffer } from '../rollout/rollout-buffer';
import type { Task } from '../rollout/task';

const GATHER_LANES = 64;

/** One minibatch, [K][rows][stride]: observation, stored action, then what `minibatchRow` names. */
export interface Minibatch {
  readonly tensor: Tensor;
  /** M */
  readonly samples: number;
  /** M rounded up to a multiple of 4. */
  readonly stride: number;
}

/** Rows behind the observation and the stored action, as in shaders/update/minibatch.wesl. */
const ROWS = ['logProb', 'advantage', 'return', 'value'] as const;

/** Row of the first of an action's numbers, of its mask's words, or of one that `ROWS` names. */
export function minibatchRow(task: Task, row: 'action' | 'mask' | (typeof ROWS)[number]): number {
  const { actionSize, actionRows } = task.distribution;
  const action = task.observationSize;
  if (row === 'action') return action;
  return row === 'mask' ? action + actionSize : action + actionRows + ROWS.indexOf(row);
}

export function declareMinibatch(
  arena: Arena,
  agents: number,
  samples: number,
  task: Task,
): Minibatch {
  const stride = roundUp(samples, 4);
  const rows = minibatchRow(task, 'logProb') + ROWS.length;
  return { tensor: arena.declare('minibatch', [agents, rows, stride]), samples, stride };
}

/** The observations of a minibatch as a network's input. */
export function minibatchObservations({ tensor, stride }: Minibatch): SampleBlock {
  return { tensor, offset: 0, agentStride: tensor.shape[1]! * stride, rowStride: 0 };
}

export interface GatherOptions {
  readonly config: Pick<PpoConfig, 'minibatchBy'>;
  readonly task: Task;
  readonly agents: Tensor;
  readonly rollout: RolloutBuffer;
  readonly values: ValueBuffer;
  readonly minibatch: Minibatch;
}

/** Copies the samples of the minibatch that is next by the agents' records. */
export function gather(
  runtime: Runtime,
  { config, task, agents, rollout, values, minibatch }: GatherOptions,
): Dispatch {
  const { sizes } = rollout;
  return runtime.kernels.kernel(task.program('update/gather', { GATHER_LANES })).dispatch({
    shape: {
      environments: sizes.envs,
      stride: sizes.stride,
      steps: sizes.steps,
      rows: sizes.rows,
      samples: minibatch.samples,
      minibatch_stride: minibatch.stride,
      minibatches: (sizes.envs * sizes.steps) / minibatch.samples,
      by_environment: Number(config.minibatchBy === 'environments'),
      one: 1,
    },
    tensors: {
      agents: read(agents),
      observations: read(rollout.inputs),
      actions: read(rollout.actions),
      log_probs: read(rollout.logProbs),
      advantages: read(values.advantages),
      returns: read(values.returns),
      values: read(values.values),
      minibatch: write(minibatch.tensor),
    },
    workgroups: [Math.ceil(minibatch.stride / (4 * GATHER_LANES)), 1, sizes.agents],
  });
}
