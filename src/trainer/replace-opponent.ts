/** Puts the current policies among the opponents of their agents, so that these are of all ages. */
import type { Tensor } from '../gpu/arena';
import { type Dispatch, read, write } from '../gpu/kernel';
import type { Runtime } from '../gpu/runtime';
import { ROLLOUT_LANES } from '../rollout/task';
import type { OpponentPool } from './opponent-pool';

export interface ReplaceOpponentOptions {
  readonly agents: Tensor;
  /** [K][P] */
  readonly parameters: Tensor;
  readonly pool: OpponentPool;
  /** Iterations between two replacements (`opponentInterval`). */
  readonly interval: number;
}

/** Acts in every `interval`-th iteration; must run before the iteration is counted. */
export function replaceOpponent(
  { kernels }: Runtime,
  { agents, parameters, pool, interval }: ReplaceOpponentOptions,
): Dispatch {
  const [count, size] = parameters.shape as [number, number];
  const kernel = kernels.kernel({
    shader: 'trainer/replace-opponent',
    constants: { ROLLOUT_LANES },
  });
  return kernel.dispatch({
    shape: { parameters: size, opponents: pool.opponents.shape[1]!, interval },
    tensors: {
      agents: read(agents),
      parameters: read(parameters),
      opponents: write(pool.opponents),
      ratings: write(pool.ratings),
    },
    workgroups: [Math.ceil(size / ROLLOUT_LANES), 1, count],
  });
}
