/** Unpacks gradients into the layout of the parameters. */
import { gradientOrigins, type Packing } from '../../src/network/packing';

/**
 * [K][P] from the packed gradients [K][quads][4].
 * @throws Error if padding has a gradient, which the optimizer would apply.
 */
export function unpackGradients(
  packed: readonly number[],
  packing: Packing,
  parameterCount: number,
): number[] {
  const origins = gradientOrigins(packing);
  const agents = packed.length / origins.length;
  const gradients = Array.from({ length: agents * parameterCount }, () => Number.NaN);
  for (const [index, value] of packed.entries()) {
    const origin = origins[index % origins.length]!;
    const agent = Math.floor(index / origins.length);
    if (origin > 0) gradients[agent * parameterCount + origin - 1] = value;
    else if (value !== 0) throw new Error(`padding ${index} has a gradient of ${value}`);
  }
  return gradients;
}
