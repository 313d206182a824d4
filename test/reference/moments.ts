/** Mean and variance of a list, in two passes. */

import type { Vector } from './linear';

export function mean(values: Vector): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function sumOfSquaredDeviations(values: Vector): number {
  const center = mean(values);
  return values.reduce((sum, value) => sum + (value - center) ** 2, 0);
}

/** Divides by n. */
export function populationVariance(values: Vector): number {
  return sumOfSquaredDeviations(values) / values.length;
}

/** Divides by n - 1; NaN for a single value. */
export function unbiasedVariance(values: Vector): number {
  return sumOfSquaredDeviations(values) / (values.length - 1);
}

/** (A - mean) / (std + 1e-8) with the unbiased std; a single value is left as it is. */
export function normalize(values: Vector): number[] {
  if (values.length < 2) {
    return [...values];
  }
  const center = mean(values);
  const std = Math.sqrt(unbiasedVariance(values));
  return values.map((value) => (value - center) / (std + 1e-8));
}
