/**
 * Initial weights of one 4-64-64-k network, the same recipe as Lockstep's (src/network/init.ts).
 */
import { Rng, STREAM } from '../../src/kernels/rng';
import { orthogonal } from '../../src/network/orthogonal';

export interface Layer {
  /** [inputs][outputs] */
  readonly weights: Float32Array;
  /** [outputs], zeros */
  readonly biases: Float32Array;
  readonly inputs: number;
  readonly outputs: number;
}

/** Orthogonal, with gains √2, √2 and `headGain`. */
export function initialLayers(
  sizes: readonly number[],
  headGain: number,
  seed: number,
): readonly Layer[] {
  const rng = new Rng([seed, 0, STREAM.initialize, sizes.at(-1)!], [0, 0, 0]);
  return sizes.slice(1).map((outputs, index) => {
    const inputs = sizes[index]!;
    const gain = index === sizes.length - 2 ? headGain : Math.SQRT2;
    const weights = Float32Array.from(orthogonal(inputs, outputs, gain, rng));
    return { weights, biases: new Float32Array(outputs), inputs, outputs };
  });
}
