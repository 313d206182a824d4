import { describe, expect, test } from 'vitest';
import { logSlope, squashedGaussian } from './distributions';
import { expectClose } from './expect-close';
import { gaussHermite, normalExpectation } from './quadrature';

/** E[f(z)] of a standard normal z by 40,000 trapezoids: right to 1e-12 for what is asked here. */
function fineExpectation(f: (z: number) => number): number {
  const steps = 40_000;
  let sum = 0;
  for (let i = 0; i <= steps; i += 1) {
    const z = 24 * (i / steps) - 12;
    sum += f(z) * Math.exp(-(z ** 2) / 2);
  }
  return (sum * 24) / steps / Math.sqrt(2 * Math.PI);
}

test('eight nodes are those of Abramowitz and Stegun, table 25.10', () => {
  const positive = gaussHermite(8).slice(4);
  const roots = [0.381186990207322, 1.15719371244678, 1.981656756695843, 2.930637420257244];
  const weights = [6.611470125582e-1, 2.078023258149e-1, 1.707798300741e-2, 1.996040722114e-4];
  expectClose(
    positive.map(({ x }) => x),
    roots,
    1e-14,
  );
  for (const [i, { weight }] of positive.entries()) expectClose([weight], [weights[i]!], 1e-11);
});

test('sixteen nodes are exact for polynomials below degree 32', () => {
  expect(gaussHermite(16)).toHaveLength(16);
  // E[z^2k] = 1 · 3 · 5 … (2k - 1)
  let moment = 1;
  for (let k = 1; k < 16; k += 1) {
    moment *= 2 * k - 1;
    expectClose([normalExpectation((z) => z ** (2 * k))], [moment], 1e-11);
    expectClose([normalExpectation((z) => z ** (2 * k - 1))], [0], 1e-11, moment);
  }
});

test('log(1 - tanh² u) is what it says', () => {
  for (const u of [-3, -0.5, 0, 1e-3, 2]) {
    expect(logSlope(u)).toBeCloseTo(Math.log(1 - Math.tanh(u) ** 2), 12);
  }
  // Where tanh is 1 in float64 the slope still is 4 e^(-2 |u|).
  expect(logSlope(-500)).toBeCloseTo(Math.log(4) - 1000, 10);
});

/**
 * Largest errors over means from 0 to 5, measured and rounded up, of E[log(1 - tanh² u)], of its
 * derivative by the mean and of that by log std. From std 1.6 on they are poor: the bend of tanh is
 * narrower than the distance between two nodes. shaders/distributions/squashed-gaussian.wesl says
 * so.
 */
const ERRORS = [
  [-5, 1e-12, 1e-12, 1e-12],
  [-3, 1e-12, 1e-12, 1e-12],
  [-2, 1e-12, 1e-12, 1e-12],
  [-1, 1e-11, 2e-11, 1e-10],
  [-0.5, 3e-8, 2e-7, 4e-7],
  [0, 2e-5, 1e-4, 2e-4],
  [0.5, 1e-3, 4e-3, 7e-3],
  [1, 1.5e-2, 4e-2, 8e-2],
] as const;

describe.each(ERRORS)('at a log std of %d the quadrature', (logStd, value, byMean, byLogStd) => {
  const std = Math.exp(logStd);
  const worst = (f: (u: number, offset: number) => number): number =>
    [0, 0.25, 0.5, 1, 1.5, 2, 3, 5].reduce((most, mean) => {
      const at = (z: number): number => f(mean + std * z, std * z);
      return Math.max(most, Math.abs(normalExpectation(at) - fineExpectation(at)));
    }, 0);

  test('is as far off as is written down, and not much less', () => {
    const errors = [
      worst(logSlope),
      worst((u) => -2 * Math.tanh(u)),
      worst((u, offset) => -2 * Math.tanh(u) * offset),
    ];
    for (const [i, bound] of [value, byMean, byLogStd].entries()) {
      expect(errors[i]).toBeLessThanOrEqual(bound);
      if (bound > 1e-9) expect(errors[i]).toBeGreaterThan(bound / 4);
    }
  });
});

describe('a squashed gaussian', () => {
  const [low, high] = [[-1], [3]];
  const distribution = squashedGaussian(1, { low, high });
  const parameters = [0.3, -0.5];

  test('has a density over the executed actions that integrates to 1, and their entropy', () => {
    const steps = 200_000;
    let [mass, entropy] = [0, 0];
    for (let i = 0; i < steps; i += 1) {
      const action = -1 + (4 * (i + 0.5)) / steps;
      // u with -1 + (tanh u + 1) / 2 · 4 = action
      const u = Math.atanh((action - 1) / 2);
      const logProb = distribution.logProb(parameters, [u]);
      mass += (Math.exp(logProb) * 4) / steps;
      entropy -= (Math.exp(logProb) * logProb * 4) / steps;
    }
    expect(mass).toBeCloseTo(1, 6);
    expect(distribution.entropy(parameters)).toBeCloseTo(entropy, 5);
  });

  test('executes 0 as the middle, and far numbers as the bounds', () => {
    expect(distribution.executed([0])).toEqual([1]);
    expect(distribution.executed([Math.atanh(0.5)])[0]).toBeCloseTo(2, 12);
    expect([-50, 50].map((u) => distribution.executed([u])[0])).toEqual([-1, 3]);
  });
});
