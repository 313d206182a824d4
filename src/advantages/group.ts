/** Advantages relative to environments that share a start state: no critic (GRPO, Shao et al. 2024). */
import type { Arena, Tensor } from '../gpu/arena';
import { type Dispatch, read, write } from '../gpu/kernel';
import type { Runtime } from '../gpu/runtime';
import { MOMENTS_WORDS } from '../kernels/reduce';
import type { RolloutBuffer, RolloutSizes, ValueBuffer } from '../rollout/rollout-buffer';
import { ADVANTAGE_LANES } from './gae';

/** Moments of every environment's episode returns, [K][N][MOMENTS_WORDS]. */
export function declareGroupEpisodes(arena: Arena, { agents, envs }: RolloutSizes): Tensor {
  return arena.declare('moments of episode returns', [agents, envs, MOMENTS_WORDS]);
}

/** Returns of whole episodes, then (R - mean) / std within each group of `groupSize` environments. */
export function groupAdvantages(
  { kernels }: Runtime,
  agents: Tensor,
  rollout: RolloutBuffer,
  values: ValueBuffer,
  episodes: Tensor,
  groupSize: number,
): Dispatch[] {
  const { envs, stride, steps } = rollout.sizes;
  const shape = { environments: envs, stride, steps, group_size: groupSize };
  const workgroups = [Math.ceil(envs / ADVANTAGE_LANES), 1, rollout.sizes.agents] as const;
  const constants = { ADVANTAGE_LANES };
  return [
    kernels.kernel({ shader: 'advantages/group-returns', constants }).dispatch({
      shape,
      tensors: {
        agents: read(agents),
        rewards: read(rollout.rewards),
        endings: read(rollout.endings),
        returns: write(values.returns),
        episodes: write(episodes),
      },
      workgroups: [...workgroups],
    }),
    kernels.kernel({ shader: 'advantages/group-advantages', constants }).dispatch({
      shape,
      tensors: {
        episodes: read(episodes),
        returns: read(values.returns),
        advantages: write(values.advantages),
      },
      workgroups: [...workgroups],
    }),
  ];
}
