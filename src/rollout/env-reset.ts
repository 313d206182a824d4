/** Puts every environment at the start of its first episode. */
import { type Dispatch, read, write } from '../gpu/kernel';
import type { Runtime } from '../gpu/runtime';
import { type EnvironmentOptions, environmentWorkgroups, rolloutShape } from './rollout-shape';
import { ROLLOUT_LANES } from './task';

export function envReset(runtime: Runtime, options: EnvironmentOptions): Dispatch {
  const { task, mode, agents, environments, buffer } = options;
  return runtime.kernels.kernel(task.program('rollout/env-reset', { ROLLOUT_LANES })).dispatch({
    shape: rolloutShape(buffer.sizes, task, mode, 0),
    tensors: {
      agents: read(agents),
      states: write(environments.states),
      episodes: write(environments.episodes),
    },
    workgroups: environmentWorkgroups(buffer.sizes),
  });
}
