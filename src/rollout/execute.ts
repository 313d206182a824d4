/** The actions of a rollout step as the environments get them. */
import type { Tensor } from '../gpu/arena';
import { type Dispatch, read, write } from '../gpu/kernel';
import type { Runtime } from '../gpu/runtime';
import { type ActingOptions, environmentWorkgroups, rolloutShape } from './rollout-shape';
import { ROLLOUT_LANES } from './task';

export interface ExecuteOptions extends ActingOptions {
  /** [K][T][A][stride] */
  readonly executed: Tensor;
}

/** Clips the stored actions to their bounds, or squashes them into these. */
export function execute(runtime: Runtime, options: ExecuteOptions, step: number): Dispatch {
  const { task, mode, buffer, executed } = options;
  return runtime.kernels.kernel(task.program('rollout/execute', { ROLLOUT_LANES })).dispatch({
    shape: rolloutShape(buffer.sizes, task, mode, step),
    tensors: { actions: read(buffer.actions), executed_actions: write(executed) },
    workgroups: environmentWorkgroups(buffer.sizes),
  });
}
