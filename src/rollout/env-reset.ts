/** Puts every environment at the start of its first episode. */
import { type Dispatch, read, write } from '../gpu/kernel';
import type { Runtime } from '../gpu/runtime';
import {
  type EnvironmentOptions,
  environmentWorkgroups,
  modeConditions,
  rolloutShape,
} from './rollout-shape';
import { ROLLOUT_LANES } from './task';
import { worldBindings } from './world-bindings';

export function envReset(runtime: Runtime, options: EnvironmentOptions): Dispatch {
  const { task, mode, agents, environments, buffer } = options;
  const source = task.program('rollout/env-reset', { ROLLOUT_LANES });
  const conditions = { ...source.conditions, ...modeConditions(mode) };
  return runtime.kernels.kernel({ ...source, conditions }).dispatch({
    shape: rolloutShape(buffer.sizes, task, mode, 0),
    tensors: {
      agents: read(agents),
      states: write(environments.states),
      episodes: write(environments.episodes),
    },
    modules: worldBindings(environments),
    workgroups: environmentWorkgroups(buffer.sizes),
  });
}
