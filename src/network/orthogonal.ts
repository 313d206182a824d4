/** Random orthogonal matrices. */
import type { RandomNumbers } from './network';

/**
 * Subtracts from `row` its components along the first `count` rows; the innermost loop of a start.
 */
function removeProjections(rows: readonly Float64Array[], row: Float64Array, count: number): void {
  const { length } = row;
  for (let other = 0; other < count; other++) {
    const direction = rows[other]!;
    let overlap = 0;
    for (let column = 0; column < length; column++) overlap += row[column]! * direction[column]!;
    for (let column = 0; column < length; column++) row[column]! -= overlap * direction[column]!;
  }
}

/** Orthonormal rows by Gram–Schmidt, each row twice for float64 accuracy. */
function orthonormalize(rows: readonly Float64Array[]): void {
  for (const [index, row] of rows.entries()) {
    removeProjections(rows, row, index);
    removeProjections(rows, row, index);
    const norm = Math.hypot(...row);
    for (let column = 0; column < row.length; column++) row[column]! /= norm;
  }
}

/**
 * A random matrix [outputs][inputs] with orthogonal rows or columns, whichever are fewer, of norm
 * `gain` (Saxe et al. 2014).
 */
export function orthogonal(
  outputs: number,
  inputs: number,
  gain: number,
  rng: RandomNumbers,
): Float64Array {
  const wide = outputs <= inputs;
  const [count, length] = wide ? [outputs, inputs] : [inputs, outputs];
  const rows = Array.from({ length: count }, () =>
    Float64Array.from({ length }, () => rng.normal()),
  );
  orthonormalize(rows);
  return Float64Array.from({ length: outputs * inputs }, (_, index) => {
    const output = Math.floor(index / inputs);
    const input = index % inputs;
    return gain * (wide ? rows[output]![input]! : rows[input]![output]!);
  });
}
