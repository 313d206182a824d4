/** The environments between rollouts; part of the training state. */
import type { Arena, Tensor } from '../gpu/arena';
import { EPISODE_WORDS } from './episode';
import type { RolloutSizes } from './rollout-buffer';
import type { Task } from './task';

export interface EnvironmentStates {
  /** The environment's own State structs, [K][N][stateWords]. */
  readonly states: Tensor;
  /** Running episodes and statistics, [K][N][EPISODE_WORDS]. */
  readonly episodes: Tensor;
}

export function declareEnvironmentStates(
  arena: Arena,
  sizes: RolloutSizes,
  task: Task,
): EnvironmentStates {
  const { agents, envs } = sizes;
  return {
    states: arena.declare('environment states', [agents, envs, task.stateWords], 'u32'),
    episodes: arena.declare('episodes', [agents, envs, EPISODE_WORDS]),
  };
}
