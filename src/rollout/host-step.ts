/** Puts what the host has delivered through the endings and statistics of a rollout step. */
import type { Tensor } from '../gpu/arena';
import { type Dispatch, read, write } from '../gpu/kernel';
import type { Runtime } from '../gpu/runtime';
import { type EnvironmentOptions, environmentWorkgroups, rolloutShape } from './rollout-shape';
import { ROLLOUT_LANES } from './task';

export interface HostStepOptions extends EnvironmentOptions {
  /** [K][(2 + 2 O + maskWords) · N]; see shaders/rollout/host-step.wesl. */
  readonly outcomes: Tensor;
}

/** @param step index of the step in the rollout */
export function hostStep(runtime: Runtime, options: HostStepOptions, step: number): Dispatch {
  const { task, mode, environments, buffer, outcomes } = options;
  return runtime.kernels.kernel(task.program('rollout/host-step', { ROLLOUT_LANES })).dispatch({
    shape: rolloutShape(buffer.sizes, task, mode, step),
    tensors: {
      outcomes: read(outcomes),
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
