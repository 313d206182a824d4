/** From many values to a bar chart. */
import type { HistogramSummary } from '../formats/tensorboard-event';

/** As many as TensorBoard shows. */
const BUCKETS = 30;

/**
 * Buckets of equal width between the lowest and the highest value; one bucket where all are equal.
 * Values that are not finite are left out; undefined if nothing is left.
 */
export function summarizeValues(values: ArrayLike<number>): HistogramSummary | undefined {
  const finite = Array.from(values).filter(Number.isFinite);
  if (finite.length === 0) return undefined;
  const [min, max] = rangeOf(finite);
  const buckets = max > min ? BUCKETS : 1;
  const width = (max - min) / buckets;
  const counts = Array.from({ length: buckets }, () => 0);
  for (const value of finite) {
    const bucket = width > 0 ? Math.floor((value - min) / width) : 0;
    counts[Math.min(bucket, buckets - 1)]! += 1;
  }
  return {
    ...{ min, max, counts },
    count: finite.length,
    sum: finite.reduce((sum, value) => sum + value, 0),
    sumOfSquares: finite.reduce((sum, value) => sum + value ** 2, 0),
    limits: counts.map((_, bucket) => (bucket === buckets - 1 ? max : min + width * (bucket + 1))),
  };
}

/** Lowest and highest; there can be too many values for the arguments of Math.min. */
export function rangeOf(values: readonly number[]): readonly [low: number, high: number] {
  const low = values.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
  const high = values.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  return [low, high];
}
