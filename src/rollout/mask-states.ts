/** Writes the masks of the environments' current states. */
import { type Dispatch, read, write } from '../gpu/kernel';
import type { Runtime } from '../gpu/runtime';
import { type EnvironmentOptions, environmentWorkgroups, rolloutShape } from './rollout-shape';
import { ROLLOUT_LANES } from './task';
import { worldBindings } from './world-bindings';

export function maskStates(
  runtime: Runtime,
  { task, mode, environments, buffer }: EnvironmentOptions,
): Dispatch {
  return runtime.kernels.kernel(task.program('rollout/mask-states', { ROLLOUT_LANES })).dispatch({
    shape: rolloutShape(buffer.sizes, task, mode, 0),
    tensors: { states: read(environments.states), masks: write(buffer.masks!) },
    modules: worldBindings(environments),
    workgroups: environmentWorkgroups(buffer.sizes),
  });
}
