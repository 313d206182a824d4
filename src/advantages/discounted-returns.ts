/** The discounted returns of the running episodes, by whose deviation rewards are divided. */
import type { Tensor } from '../gpu/arena';
import { type Dispatch, read, write } from '../gpu/kernel';
import type { Runtime } from '../gpu/runtime';
import type { RolloutBuffer } from '../rollout/rollout-buffer';
import { ADVANTAGE_LANES } from './gae';

export interface DiscountOptions {
  readonly agents: Tensor;
  readonly buffer: RolloutBuffer;
  /** Discounted return of every running episode and its rest (lib/sum), [K][N][2]. */
  readonly discountedReturns: Tensor;
}

/** @param discounted G_t of every step, [K][T][stride] */
export function discountReturns(
  { kernels }: Runtime,
  { agents, buffer, discountedReturns }: DiscountOptions,
  discounted: Tensor,
): Dispatch {
  const { sizes, rewards, endings } = buffer;
  const constants = { ADVANTAGE_LANES };
  return kernels.kernel({ shader: 'advantages/discounted-returns', constants }).dispatch({
    shape: { environments: sizes.envs, stride: sizes.stride, steps: sizes.steps },
    tensors: {
      agents: read(agents),
      rewards: read(rewards),
      endings: read(endings),
      carried: write(discountedReturns),
      discounted: write(discounted),
    },
    workgroups: [Math.ceil(sizes.envs / ADVANTAGE_LANES), 1, sizes.agents],
  });
}
