/** The numbers that normalize observations, as shaders/lib/running-moments.wesl computes them. */
import type { RunningStatistics } from '../kernels/running-moments';

/** x = clamp((o - mean) / deviation, -bound, bound) */
export interface InputNormalizer {
  /** [O] */
  readonly mean: Float32Array;
  /** √(variance + 1e-8), [O] */
  readonly deviation: Float32Array;
  readonly bound: number;
}

const EPSILON = Math.fround(1e-8);

/**
 * The normalizer of one agent; without statistics that of no observations, which only clamps.
 * @param fields O
 * @param bound clipObs
 */
export function inputNormalizer(
  statistics: RunningStatistics | undefined,
  agent: number,
  fields: number,
  bound: number,
): InputNormalizer {
  const indices = Array.from({ length: fields }, (_, field) => agent * fields + field);
  return {
    mean: Float32Array.from(indices, (at) => statistics?.mean[at] ?? 0),
    deviation: Float32Array.from(indices, (at) => deviation(statistics, at)),
    bound: Math.fround(bound),
  };
}

/** √(variance + 1e-8), rounded as on the device; the variance is 1 before any data. */
function deviation(statistics: RunningStatistics | undefined, at: number): number {
  const count = Math.fround(statistics?.count[at] ?? 0);
  const squares = Math.fround((statistics?.variance[at] ?? 0) * count);
  const variance = count === 0 ? 1 : Math.fround(squares / Math.max(count, 1));
  return Math.sqrt(Math.fround(variance + EPSILON));
}

/** The inputs of the networks for one observation, [O]. */
export function normalize(
  { mean, deviation: deviations, bound }: InputNormalizer,
  observation: Float32Array,
): Float32Array {
  return observation.map((value, field) => {
    const centered = Math.fround(value - mean[field]!);
    return Math.min(bound, Math.max(-bound, centered / deviations[field]!));
  });
}
