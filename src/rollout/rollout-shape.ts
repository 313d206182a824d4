/** The common options and the uniform record of the rollout's kernels. */
import type { Tensor } from '../gpu/arena';
import type { EnvironmentStates } from './environment-states';
import type { RolloutBuffer, RolloutSizes } from './rollout-buffer';
import { ROLLOUT_LANES, type Task } from './task';

/** How a rollout acts and when its environments stop. */
export interface RolloutMode {
  /** Act with the distribution's mode instead of a sample. */
  readonly greedy: boolean;
  /** Episodes after which an environment stops; 0 for never. */
  readonly episodeLimit: number;
  /** Environments that share their start states within a rollout; 0 for none. */
  readonly groupSize: number;
  /** Whether environments begin at different ages; default false. */
  readonly staggered?: boolean;
}

/** The conditions of kernels that reset environments or take their steps. */
export function modeConditions({ staggered }: RolloutMode): Readonly<Record<string, boolean>> {
  return staggered ? { staggered } : {};
}

/** What choosing actions needs. */
export interface ActingOptions {
  readonly task: Task;
  readonly mode: RolloutMode;
  readonly agents: Tensor;
  readonly buffer: RolloutBuffer;
}

export interface EnvironmentOptions extends ActingOptions {
  readonly environments: EnvironmentStates;
}

/** Members of the uniform record that only some kernels of a rollout read. */
export interface RolloutShapeExtras {
  /** Steps of the dispatch; default 1. */
  readonly stepCount?: number;
  /** Index of the distribution's first free parameter within an agent's parameters. */
  readonly freeOffset?: number;
  /** Parameters per agent. */
  readonly parameterStride?: number;
}

/** The record RolloutShape (shaders/rollout/rollout-shape.wesl) of a dispatch from `step` on. */
export function rolloutShape(
  sizes: RolloutSizes,
  task: Task,
  mode: RolloutMode,
  step: number,
  extras: RolloutShapeExtras = {},
): Record<string, number> {
  const { stepCount = 1, freeOffset = 0, parameterStride = 0 } = extras;
  return {
    environments: sizes.envs,
    stride: sizes.stride,
    steps: sizes.steps,
    rows: sizes.rows,
    step,
    step_count: stepCount,
    max_episode_steps: task.maxEpisodeSteps,
    episode_limit: mode.episodeLimit,
    greedy: Number(mode.greedy),
    group_size: mode.groupSize,
    free_offset: freeOffset,
    parameter_stride: parameterStride,
    opaque_one: 1,
  };
}

/** Workgroups of a kernel with one invocation per environment. */
export function environmentWorkgroups(sizes: RolloutSizes): [number, number, number] {
  return [Math.ceil(sizes.envs / ROLLOUT_LANES), 1, sizes.agents];
}
