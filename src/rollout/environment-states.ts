/** The environments between rollouts; part of the training state. */
import type { Arena, Tensor } from '../gpu/arena';
import { EPISODE_WORDS } from './episode';
import type { RolloutSizes } from './rollout-buffer';
import type { Task } from './task';
import { declareWorld, type WorldTensors } from './world-bindings';

export interface EnvironmentStates extends WorldTensors {
  /**
   * The environment's own State structs, [K][N][stateWords], in those of shaders/rollout/world.wesl
   * where params vary or the module has metrics.
   */
  readonly states: Tensor;
  /** Running episodes and statistics, [K][N][EPISODE_WORDS]. */
  readonly episodes: Tensor;
}

/** @param tables those of another user of the environment, which are shared */
export function declareEnvironmentStates(
  arena: Arena,
  sizes: RolloutSizes,
  task: Task,
  tables?: Tensor,
): EnvironmentStates {
  const { agents, envs } = sizes;
  return {
    states: arena.declare('environment states', [agents, envs, task.stateWords], 'u32'),
    episodes: arena.declare('episodes', [agents, envs, EPISODE_WORDS]),
    ...declareWorld(arena, task.environment, tables),
  };
}
