/** Writes the first observation (and mask) of a rollout and clears its episode statistics. */
import { type Dispatch, read, write } from '../gpu/kernel';
import type { Runtime } from '../gpu/runtime';
import { type EnvironmentOptions, environmentWorkgroups, rolloutShape } from './rollout-shape';
import { ROLLOUT_LANES } from './task';
import { worldBindings } from './world-bindings';

export function rolloutStart(runtime: Runtime, options: EnvironmentOptions): Dispatch {
  const { task, mode, environments, buffer } = options;
  return runtime.kernels.kernel(task.program('rollout/rollout-start', { ROLLOUT_LANES })).dispatch({
    shape: rolloutShape(buffer.sizes, task, mode, 0),
    tensors: {
      states: read(environments.states),
      episodes: write(environments.episodes),
      observations: write(buffer.observations),
      masks: buffer.masks && write(buffer.masks),
    },
    modules: worldBindings(environments),
    workgroups: environmentWorkgroups(buffer.sizes),
  });
}
