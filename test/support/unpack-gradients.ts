/** Packed gradients at the parameters' own places. */
import type { Packing } from '../../src/network/packing';

/**
 * [K][P] from the packed gradients [K][quads][4].
 * @throws Error where padding has a gradient, which the optimizer would follow.
 */
export function unpackGradients(
  packed: readonly number[],
  { networks, origins, gradientQuads }: Packing,
  parameterCount: number,
): number[] {
  const agents = packed.length / (4 * gradientQuads);
  const gradients = Array.from({ length: agents * parameterCount }, () => Number.NaN);
  for (let agent = 0; agent < agents; agent += 1) {
    for (const { first, sections } of networks) {
      for (let element = 0; element < 4 * sections.end; element += 1) {
        const value = packed[4 * (agent * gradientQuads + first) + element]!;
        const origin = origins[4 * first + element]!;
        if (origin > 0) gradients[agent * parameterCount + origin - 1] = value;
        else if (value !== 0) throw new Error(`padding ${element} has a gradient of ${value}`);
      }
    }
  }
  return gradients;
}
