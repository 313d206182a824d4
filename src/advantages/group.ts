/** Options, record and scratch memory of group-relative advantages (GRPO, Shao et al. 2024). */
import type { Arena, Tensor } from '../gpu/arena';
import { MOMENTS_WORDS } from '../kernels/moments';
import type { RolloutBuffer, RolloutSizes, ValueBuffer } from '../rollout/rollout-buffer';

export interface GroupOptions {
  readonly agents: Tensor;
  readonly rollout: RolloutBuffer;
  readonly values: ValueBuffer;
  /** Moments of each environment's episode returns, [K][N][MOMENTS_WORDS]. */
  readonly episodes: Tensor;
  /** Consecutive environments that share a start state. */
  readonly groupSize: number;
}

/** Moments of each environment's episode returns, [K][N][MOMENTS_WORDS]. */
export function declareGroupEpisodes(arena: Arena, { agents, envs }: RolloutSizes): Tensor {
  return arena.declare('moments of episode returns', [agents, envs, MOMENTS_WORDS]);
}

/** The uniform record GroupShape (shaders/advantages/group.wesl). */
export function groupShape({ rollout, groupSize }: GroupOptions): Record<string, number> {
  const { envs, stride, steps } = rollout.sizes;
  return { environments: envs, stride, steps, group_size: groupSize };
}
