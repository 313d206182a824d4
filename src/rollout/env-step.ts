/** The environments' kernels: first reset, start of a rollout, one step. */
import type { Arena, Tensor } from '../gpu/arena';
import { type Access, type Dispatch, read, write } from '../gpu/kernel';
import type { Runtime } from '../gpu/runtime';
import type { RolloutBuffer, RolloutSizes } from './rollout-buffer';
import { ROLLOUT_LANES, type Task } from './task';

/** 32-bit words of the Episode struct (shaders/rollout/world.wesl). */
export const EPISODE_WORDS = 15;

/** Words within an Episode that the host or a test reads. */
export const EPISODE_WORD = {
  runningReturn: 0,
  runningLength: 2,
  count: 4,
  meanReturn: 5,
  meanLength: 10,
  faults: 14,
} as const;

/** What of an environment may not be finite: bits of an Episode's faults (shaders/rollout/faults.wesl). */
export const ENVIRONMENT_FAULTS = ['reward', 'observation'] as const;
/** What an environment gave that is not finite. */
export type EnvironmentFault = (typeof ENVIRONMENT_FAULTS)[number];

/** The environments between rollouts; part of the training state. */
export interface Worlds {
  /** The environment's own State structs, [K][N][stateWords]. */
  readonly states: Tensor;
  /** Running episodes and statistics, [K][N][EPISODE_WORDS]. */
  readonly episodes: Tensor;
}

export function declareWorlds(arena: Arena, sizes: RolloutSizes, task: Task): Worlds {
  const { agents, envs } = sizes;
  return {
    states: arena.declare('environment states', [agents, envs, task.stateWords], 'u32'),
    episodes: arena.declare('episodes', [agents, envs, EPISODE_WORDS]),
  };
}

/** How a rollout acts and when it stands still. */
export interface RolloutMode {
  /** Act with the distribution's mode instead of a sample. */
  readonly greedy: boolean;
  /** Episodes after which an environment stands still; 0 for never. */
  readonly episodeLimit: number;
  /** Environments that share their start states within a rollout; 0 for none. */
  readonly groupSize: number;
}

/** What only some kernels of a rollout read of their uniform record. */
export interface RolloutShapeExtras {
  /** Steps of the dispatch; default 1. */
  readonly stepCount?: number;
  /** Where the distribution's free parameters begin within an agent's. */
  readonly freeOffset?: number;
  /** Parameters of an agent. */
  readonly parameterStride?: number;
}

/** The uniform record RolloutShape (shaders/rollout/world.wesl) of a dispatch whose first step is `step`. */
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
    one: 1,
  };
}

/** Workgroups of a kernel with one invocation per environment. */
export function environmentWorkgroups(sizes: RolloutSizes): [number, number, number] {
  return [Math.ceil(sizes.envs / ROLLOUT_LANES), 1, sizes.agents];
}

export interface EnvironmentOptions {
  readonly task: Task;
  readonly mode: RolloutMode;
  readonly agents: Tensor;
  readonly worlds: Worlds;
  readonly buffer: RolloutBuffer;
}

/** Puts every environment at the start of its first episode. */
export function envReset(runtime: Runtime, options: EnvironmentOptions): Dispatch {
  const { task, mode, agents, worlds, buffer } = options;
  return runtime.kernels.kernel(task.program('rollout/env-reset', { ROLLOUT_LANES })).dispatch({
    shape: rolloutShape(buffer.sizes, task, mode, 0),
    tensors: {
      agents: read(agents),
      states: write(worlds.states),
      episodes: write(worlds.episodes),
    },
    workgroups: environmentWorkgroups(buffer.sizes),
  });
}

/** The last binding of the kernels that show a state to the policy. */
function writtenMasks({ masks }: RolloutBuffer): Access | undefined {
  return masks && write(masks);
}

/** Writes the first observation (and mask) of a rollout and clears its episode statistics. */
export function rolloutStart(runtime: Runtime, options: EnvironmentOptions): Dispatch {
  const { task, mode, worlds, buffer } = options;
  return runtime.kernels.kernel(task.program('rollout/rollout-start', { ROLLOUT_LANES })).dispatch({
    shape: rolloutShape(buffer.sizes, task, mode, 0),
    tensors: {
      states: read(worlds.states),
      episodes: write(worlds.episodes),
      observations: write(buffer.observations),
      masks: writtenMasks(buffer),
    },
    workgroups: environmentWorkgroups(buffer.sizes),
  });
}

/** Takes the actions of `step` in every environment. */
export function envStep(runtime: Runtime, options: EnvironmentOptions, step: number): Dispatch {
  const { task, mode, agents, worlds, buffer } = options;
  return runtime.kernels.kernel(task.program('rollout/env-step', { ROLLOUT_LANES })).dispatch({
    shape: rolloutShape(buffer.sizes, task, mode, step),
    tensors: {
      agents: read(agents),
      actions: read(buffer.actions),
      states: write(worlds.states),
      episodes: write(worlds.episodes),
      rewards: write(buffer.rewards),
      endings: write(buffer.endings),
      observations: write(buffer.observations),
      masks: writtenMasks(buffer),
    },
    workgroups: environmentWorkgroups(buffer.sizes),
  });
}
