/**
 * Counter-based random numbers: Threefry4x32-20 of Random123 (Salmon et al. 2011, "Parallel random
 * numbers: as easy as 1, 2, 3"). The host's own generator is the twin; its block is held to
 * Random123's known answers in rng.test.ts.
 */

import { Rng as HostRng, type Words } from '../../src/kernels/rng';

export { STREAM, threefry4x32, type Words } from '../../src/kernels/rng';

/** What a generator is for: `stream` keeps its purposes apart, `domain` its users. */
export interface RngKey {
  /** An integer below 2^64 that is exact in float64. */
  readonly seed: number;
  readonly stream: number;
  readonly domain: number;
}

/** [seedLow, seedHigh, stream + 2^8 iterationHigh, domain]; the iteration is below 2^48. */
export function keyWords({ seed, stream, domain }: RngKey, iteration = 0): Words {
  const high = (number: number): number => Math.floor(number / 2 ** 32);
  return [seed % 2 ** 32, high(seed), stream + 2 ** 8 * high(iteration), domain];
}

/** Generator of one environment at one step; each block of four numbers is one draw. */
export class Rng extends HostRng {
  constructor(key: RngKey, iteration: number, step: number, environment: number) {
    super(keyWords(key, iteration), [iteration % 2 ** 32, step, environment]);
  }
}
