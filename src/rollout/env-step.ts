/** Takes the actions of one rollout step in every environment. */
import { type Dispatch, read, write } from '../gpu/kernel';
import type { Runtime } from '../gpu/runtime';
import { type EnvironmentOptions, environmentWorkgroups, rolloutShape } from './rollout-shape';
import { ROLLOUT_LANES } from './task';

/** @param step index of the step in the rollout */
export function envStep(runtime: Runtime, options: EnvironmentOptions, step: number): Dispatch {
  const { task, mode, agents, environments, buffer } = options;
  return runtime.kernels.kernel(task.program('rollout/env-step', { ROLLOUT_LANES })).dispatch({
    shape: rolloutShape(buffer.sizes, task, mode, step),
    tensors: {
      agents: read(agents),
      actions: read(buffer.actions),
      states: write(environments.states),
      episodes: write(environments.episodes),
      rewards: write(buffer.rewards),
      endings: write(buffer.endings),
      observations: write(buffer.observations),
      masks: buffer.masks && write(buffer.masks),
    },
    workgroups: environmentWorkgroups(buffer.sizes),
  });
}
