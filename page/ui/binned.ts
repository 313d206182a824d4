/** Numbers as a histogram. */

/** How many there are. */
export const BINS = 24;

/** Values in bins of equal width: the middle of each, and how many there are. */
export function binned(values: readonly number[]): [middles: number[], counts: number[]] {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  if (values.length === 0) return [[], []];
  if (low === high) return [[low], [values.length]];
  const width = (high - low) / BINS;
  const counts = Array.from({ length: BINS }, () => 0);
  for (const value of values) counts[Math.min(BINS - 1, Math.floor((value - low) / width))]! += 1;
  return [counts.map((_, bin) => low + (bin + 0.5) * width), counts];
}
