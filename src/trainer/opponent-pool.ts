/** The frozen policies that agents play against in worlds of two players, and everyone's rating. */
import type { Arena, Tensor } from '../gpu/arena';
import type { Gpu } from '../gpu/device';
import { writeTensor } from '../gpu/readback';
import type { OpponentPolicies } from '../rollout/opponents';

export interface OpponentPool {
  /** Their parameters, [K][Q][P]. */
  readonly opponents: Tensor;
  /** Elo ratings of the opponents, then the agent's own, [K][Q + 1]. */
  readonly ratings: Tensor;
}

/** @param count Q @param parameterCount P */
export function declareOpponentPool(
  arena: Arena,
  agents: number,
  count: number,
  parameterCount: number,
): OpponentPool {
  const advice = 'use fewer opponents or a smaller network (opponents, hiddenSizes)';
  return {
    opponents: arena.declare('opponents', [agents, count, parameterCount], 'f32', advice),
    ratings: arena.declare('ratings', [agents, count + 1]),
  };
}

/** The policies of a pool, or of a copy of it, [K][Q][P]. */
export function opponentPolicies(opponents: Tensor): OpponentPolicies {
  const [, count, parameterCount] = opponents.shape as [number, number, number];
  return { parameters: { tensor: opponents, count: parameterCount }, opponents: count };
}

/**
 * Writes the pool that training begins with: every opponent is the agent's first policy, and all
 * are rated 0.
 * @param parameters the agents' first, [K][P]
 */
export function initializeOpponentPool(
  gpu: Gpu,
  { opponents }: OpponentPool,
  parameters: Float32Array,
): void {
  const [agents, count, size] = opponents.shape as [number, number, number];
  const all = new Float32Array(agents * count * size);
  for (let place = 0; place < agents * count; place++) {
    const agent = Math.floor(place / count);
    all.set(parameters.subarray(agent * size, (agent + 1) * size), place * size);
  }
  writeTensor(gpu, opponents, all);
}
