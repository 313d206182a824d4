/**
 * Gauss-Hermite quadrature (Abramowitz & Stegun 25.4.46): the integral of e^(-x^2) f(x) is the sum
 * of w_i f(x_i) over the roots of the Hermite polynomial H_n, exact for polynomials below degree 2
 * n.
 */

/** The normalized Hermite polynomials of degree n and n - 1 at x. */
function hermite(n: number, x: number): readonly [number, number] {
  let [before, value] = [0, Math.PI ** -0.25];
  for (let k = 1; k <= n; k += 1) {
    [before, value] = [value, x * Math.sqrt(2 / k) * value - Math.sqrt((k - 1) / k) * before];
  }
  return [value, before];
}

function bisect(f: (x: number) => number, low: number, high: number): number {
  let [a, b] = [low, high];
  for (let i = 0; i < 100; i += 1) {
    const middle = (a + b) / 2;
    if (f(a) * f(middle) <= 0) b = middle;
    else a = middle;
  }
  return (a + b) / 2;
}

/** Roots of H_n and their weights 1 / (n h_(n-1)(x)^2). */
export function gaussHermite(
  n: number,
): readonly { readonly x: number; readonly weight: number }[] {
  const value = (x: number): number => hermite(n, x)[0];
  const reach = Math.sqrt(2 * n + 1);
  const grid = Array.from({ length: 4001 }, (_, i) => reach * (i / 2000 - 0.99987));
  const brackets = grid.slice(1).flatMap((x, i) => (value(grid[i]!) * value(x) < 0 ? [i] : []));
  return brackets.map((i) => {
    const x = bisect(value, grid[i]!, grid[i + 1]!);
    return { x, weight: 1 / (n * hermite(n, x)[1] ** 2) };
  });
}

/** Nodes that distributions use; as many as shaders/distributions/squashed-gaussian.wesl. */
export const NODES = gaussHermite(16);

/** E[f(z)] of a standard normal z: x = z / sqrt 2. */
export function normalExpectation(f: (z: number) => number): number {
  return NODES.reduce(
    (sum, { x, weight }) => sum + (weight / Math.sqrt(Math.PI)) * f(Math.SQRT2 * x),
    0,
  );
}
