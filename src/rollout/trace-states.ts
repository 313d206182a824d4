/** Keeps the states of all environments between two steps, for a host that shows them. */
import { elementCount, type Tensor } from '../gpu/arena';
import { type Dispatch, read, write } from '../gpu/kernel';
import type { Runtime } from '../gpu/runtime';
import type { EnvironmentStates } from './environment-states';
import { ROLLOUT_LANES } from './task';

/** @param trace states before each of T steps and after the last, [T + 1][K][N][stateWords] */
export function traceStates(
  { kernels }: Runtime,
  { states }: EnvironmentStates,
  trace: Tensor,
  row: number,
): Dispatch {
  const words = elementCount(states.shape);
  return kernels.kernel({ shader: 'rollout/trace-states', constants: { ROLLOUT_LANES } }).dispatch({
    shape: { words, row },
    tensors: { states: read(states), trace: write(trace) },
    workgroups: [Math.ceil(words / ROLLOUT_LANES), 1, 1],
  });
}
