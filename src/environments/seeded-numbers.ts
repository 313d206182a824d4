/**
 * Random numbers for data that environments make when they are loaded, in arithmetic that every
 * engine does alike. The generator of runs (kernels/rng) would take 40 ms for a series of prices.
 */

/** Of the linear congruence modulo 2^32 in Press et al. 2007, "Numerical Recipes". */
const [MULTIPLIER, INCREMENT] = [1664525, 1013904223];

/** Numbers in [0, 1) from the upper 24 bits. */
export function seededNumbers(seed: number): () => number {
  let word = seed >>> 0;
  return () => {
    word = (Math.imul(word, MULTIPLIER) + INCREMENT) >>> 0;
    return (word >>> 8) / 2 ** 24;
  };
}
