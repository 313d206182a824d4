/** Minibatches: which samples, and how they lie in memory. */
import type { Arena, Tensor } from '../gpu/arena';
import { roundUp } from '../gpu/runtime';
import type { SampleBlock } from '../kernels/linear';
import type { Task } from '../rollout/task';

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
