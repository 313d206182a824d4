import type { Vector } from './linear';

/** Central differences: (f(x + h e_i) - f(x - h e_i)) / 2h for each i. */
export function finiteDifference(f: (x: Vector) => number, x: Vector, h = 1e-6): number[] {
  return x.map((_, i) => {
    const shifted = (by: number): number[] => x.map((value, j) => (i === j ? value + by : value));
    return (f(shifted(h)) - f(shifted(-h))) / (2 * h);
  });
}
