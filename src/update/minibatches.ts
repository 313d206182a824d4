/** Minibatches and their layout in memory. */
import type { Arena, Tensor } from '../gpu/arena';
import { roundUp } from '../gpu/runtime';
import type { SampleBlock } from '../kernels/blocks';
import type { Task } from '../rollout/task';

/** One minibatch, [K][rows][stride]: the observation, the stored action, then `ROWS`. */
export interface Minibatch {
  readonly tensor: Tensor;
  /** M */
  readonly samples: number;
  /** M rounded up to a multiple of 4. */
  readonly stride: number;
}

/** Rows after the observation and the stored action, as in shaders/update/minibatch.wesl. */
const ROWS = ['logProb', 'advantage', 'return', 'value'] as const;

/** First row of the action, first row of the action mask, or the row of one of `ROWS`. */
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
