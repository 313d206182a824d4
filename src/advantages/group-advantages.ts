/** Advantages (R - mean) / std within each group of `groupSize` environments. */
import { type Dispatch, read, write } from '../gpu/kernel';
import type { Runtime } from '../gpu/runtime';
import { ADVANTAGE_LANES } from './gae';
import { type GroupOptions, groupShape } from './group';

export function groupAdvantages({ kernels }: Runtime, options: GroupOptions): Dispatch {
  const { rollout, values, episodes } = options;
  const { sizes } = rollout;
  const constants = { ADVANTAGE_LANES };
  return kernels.kernel({ shader: 'advantages/group-advantages', constants }).dispatch({
    shape: groupShape(options),
    tensors: {
      episodes: read(episodes),
      returns: read(values.returns),
      advantages: write(values.advantages),
    },
    workgroups: [Math.ceil(sizes.envs / ADVANTAGE_LANES), 1, sizes.agents],
  });
}
