/** Copies the returns of a value head for the samples of a minibatch. */
import type { Tensor } from '../gpu/arena';
import { type Dispatch, read, write } from '../gpu/kernel';
import type { Runtime } from '../gpu/runtime';
import { GATHER_LANES, type GatherOptions, gatherShape, gatherWorkgroups } from './gather';

/**
 * Copies them in the order of `gather`.
 * @param returns [K][T][stride]
 * @param targets [K][1][minibatch stride]
 */
export function gatherReturns(
  { kernels }: Runtime,
  options: Omit<GatherOptions, 'task' | 'values'>,
  returns: Tensor,
  targets: Tensor,
): Dispatch {
  const { agents, minibatch, rollout } = options;
  return kernels.kernel({ shader: 'update/gather-returns', constants: { GATHER_LANES } }).dispatch({
    shape: gatherShape(options),
    tensors: { agents: read(agents), returns: read(returns), targets: write(targets) },
    workgroups: gatherWorkgroups(minibatch, rollout.sizes.agents),
  });
}
