/** Returns of whole episodes. */
import { type Dispatch, read, write } from '../gpu/kernel';
import type { Runtime } from '../gpu/runtime';
import { ADVANTAGE_LANES } from './gae';
import { type GroupOptions, groupShape } from './group';

export function groupReturns({ kernels }: Runtime, options: GroupOptions): Dispatch {
  const { agents, rollout, values, episodes } = options;
  const { sizes } = rollout;
  const constants = { ADVANTAGE_LANES };
  return kernels.kernel({ shader: 'advantages/group-returns', constants }).dispatch({
    shape: groupShape(options),
    tensors: {
      agents: read(agents),
      rewards: read(rollout.rewards),
      endings: read(rollout.endings),
      returns: write(values.returns),
      episodes: write(episodes),
    },
    workgroups: [Math.ceil(sizes.envs / ADVANTAGE_LANES), 1, sizes.agents],
  });
}
