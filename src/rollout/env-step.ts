/** Takes the actions of one rollout step in every environment. */
import { type Dispatch, read, write } from '../gpu/kernel';
import type { Runtime } from '../gpu/runtime';
import { maskStates } from './mask-states';
import {
  type EnvironmentOptions,
  environmentWorkgroups,
  modeConditions,
  rolloutShape,
} from './rollout-shape';
import { ROLLOUT_LANES } from './task';
import { worldBindings } from './world-bindings';

/**
 * Masks of the new states are written by the same dispatch, or by one of their own where tables
 * leave no binding for them.
 * @param step index of the step in the rollout
 */
export function envStep(
  runtime: Runtime,
  options: EnvironmentOptions,
  step: number,
): readonly Dispatch[] {
  const { task, mode, agents, environments, buffer } = options;
  const source = task.program('rollout/env-step', { ROLLOUT_LANES });
  const separate = buffer.masks !== undefined && environments.tables !== undefined;
  const conditions = {
    ...source.conditions,
    ...(separate && { masked: false }),
    ...modeConditions(mode),
  };
  const stepped = runtime.kernels.kernel({ ...source, conditions }).dispatch({
    shape: rolloutShape(buffer.sizes, task, mode, step),
    tensors: {
      agents: read(agents),
      actions: read(buffer.actions),
      states: write(environments.states),
      episodes: write(environments.episodes),
      rewards: write(buffer.rewards),
      endings: write(buffer.endings),
      observations: write(buffer.observations),
      masks: buffer.masks && !separate ? write(buffer.masks) : undefined,
    },
    modules: worldBindings(environments),
    workgroups: environmentWorkgroups(buffer.sizes),
  });
  return separate ? [stepped, maskStates(runtime, options)] : [stepped];
}
