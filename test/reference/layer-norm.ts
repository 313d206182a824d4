/**
 * Layer normalization (Ba et al. 2016) of one sample: y = gain x̂ + bias with
 * x̂ = (z - mean) / sqrt(variance + 1e-5), and the derivatives of a loss through it.
 */

import type { Vector } from './linear';
import { mean, populationVariance } from './moments';

const EPSILON = 1e-5;

/** Also the shape of its gradient. */
export interface LayerNorm {
  /** [width] */
  readonly gain: Vector;
  /** [width] */
  readonly bias: Vector;
}

/** x̂, [width], and 1 / sqrt(variance + 1e-5) */
export function normalize(z: Vector): { readonly xHat: number[]; readonly inverseStd: number } {
  const center = mean(z);
  const inverseStd = 1 / Math.sqrt(populationVariance(z) + EPSILON);
  return { xHat: z.map((value) => (value - center) * inverseStd), inverseStd };
}

/** y_j = gain_j x̂_j + bias_j */
export function layerNormForward({ gain, bias }: LayerNorm, z: Vector): number[] {
  return normalize(z).xHat.map((x, j) => gain[j]! * x + bias[j]!);
}

/** From dL/dy to dL/dz and the gradient of gain and bias. */
export function layerNormBackward(
  { gain }: LayerNorm,
  z: Vector,
  dY: Vector,
): { readonly dZ: number[]; readonly dNorm: LayerNorm } {
  const { xHat, inverseStd } = normalize(z);
  // dL/dx̂
  const h = dY.map((d, j) => gain[j]! * d);
  const along = mean(h.map((value, j) => value * xHat[j]!));
  const center = mean(h);
  return {
    // dL/dz_j = (h_j - mean(h) - x̂_j mean(h x̂)) / sqrt(variance + 1e-5)
    dZ: h.map((value, j) => (value - center - xHat[j]! * along) * inverseStd),
    dNorm: { gain: dY.map((d, j) => d * xHat[j]!), bias: [...dY] },
  };
}
