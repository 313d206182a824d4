/** Moments of a minibatch's advantages; the loss normalizes the advantages with them. */
import type { MomentTensors } from '../advantages/moments';
import type { Tensor } from '../gpu/arena';
import type { Dispatch } from '../gpu/kernel';
import type { Runtime } from '../gpu/runtime';
import { moments } from '../kernels/moments';

/** Moments of one row of a minibatch [K][rows][stride]. */
export function minibatchMoments(
  runtime: Runtime,
  minibatch: Tensor,
  row: number,
  samples: number,
  target: MomentTensors,
): Dispatch[] {
  const [agents, rows, stride] = minibatch.shape as [number, number, number];
  return moments(runtime, {
    agents,
    values: minibatch,
    rows: 1,
    columns: samples,
    rowStride: stride,
    offset: row * stride,
    agentStride: rows * stride,
    ...target,
    slots: 1,
    slot: 0,
  });
}
