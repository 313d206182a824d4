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
 * Whether masks of new states need a dispatch of their own, since tables leave no binding for them
 * in kernels that take steps.
 */
export function masksApart({ buffer, environments }: EnvironmentOptions): boolean {
  return buffer.masks !== undefined && environments.tables !== undefined;
}

/** The conditions of a kernel that takes steps. @param conditions those of the task */
export function steppingConditions(
  conditions: Readonly<Record<string, boolean>>,
  options: EnvironmentOptions,
): Readonly<Record<string, boolean>> {
  return {
    ...conditions,
    ...(masksApart(options) && { masked: false }),
    ...modeConditions(options.mode),
  };
}

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
  const apart = masksApart(options);
  const conditions = steppingConditions(source.conditions ?? {}, options);
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
      masks: buffer.masks && !apart ? write(buffer.masks) : undefined,
    },
    modules: worldBindings(environments),
    workgroups: environmentWorkgroups(buffer.sizes),
  });
  return apart ? [stepped, maskStates(runtime, options)] : [stepped];
}
