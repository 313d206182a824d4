import { describe, expect, test } from 'vitest';
import {
  categorical,
  type Distribution,
  diagonalGaussian,
  inverseCdf,
  logSlope,
  multiCategorical,
  squashedGaussian,
} from './distributions';
import { expectClose } from './expect-close';
import { finiteDifference } from './finite-difference';
import { mean, populationVariance } from './moments';
import { Rng, STREAM } from './rng';

const newRng = (): Rng => new Rng({ seed: 5, stream: STREAM.act, domain: 0 }, 0, 0, 0);

const BOX = { low: [-1, 0], high: [2, 0.5] };

const CASES: readonly (readonly [string, Distribution, readonly number[]])[] = [
  ['categorical', categorical(3), [0.3, -1.1, 0.8]],
  ['multi-categorical', multiCategorical([3, 2]), [0.3, -1.1, 0.8, 0.4, 0.9]],
  ['diagonal gaussian', diagonalGaussian(2), [0.5, -1.5, -0.3, 0.2]],
  ['bounded log std', diagonalGaussian(2, { logStdBounds: [-3, 1] }), [0.5, -1.5, -0.3, 0.2]],
  ['squashed gaussian', squashedGaussian(2, BOX), [0.5, -1.5, -0.9, -0.6]],
  [
    'squashed gaussian with a bounded log std',
    squashedGaussian(2, { ...BOX, logStdBounds: [-5, 0] }),
    [0.5, -1.5, 0.4, -0.2],
  ],
  [
    'masked multi-categorical',
    multiCategorical([3, 2]).masked!([true, false, true, false, false]),
    [0.3, -1.1, 0.8, 0.4, 0.9],
  ],
];

describe.each(CASES)('%s', (name, distribution, parameters) => {
  const action = distribution.sample(parameters, newRng());

  test('has the slopes of its log-probability as derivative', () => {
    const slopes = finiteDifference((p) => distribution.logProb(p, action), parameters);
    expectClose(distribution.dLogProb(parameters, action), slopes, 1e-8, 1);
  });

  test('has the slopes of its entropy as derivative', () => {
    const slopes = finiteDifference((p) => distribution.entropy(p), parameters);
    expectClose(distribution.dEntropy(parameters), slopes, 1e-8, 1);
  });

  test('has the mean of -log p over its samples as entropy', () => {
    const rng = newRng();
    const surprises = Array.from(
      { length: 20_000 },
      () => -distribution.logProb(parameters, distribution.sample(parameters, rng)),
    );
    expect(Math.abs(mean(surprises) - distribution.entropy(parameters))).toBeLessThan(0.03);
  });

  test('has no action more probable than its mode', () => {
    const most = distribution.logProb(parameters, distribution.mode(parameters));
    // The mode of a squashed gaussian is that before the squashing.
    const stretch = (u: readonly number[]): number =>
      name.startsWith('squashed') ? u.reduce((sum, each) => sum + logSlope(each), 0) : 0;
    const density = distribution.logProb(parameters, action) + stretch(action);
    expect(density).toBeLessThanOrEqual(most + stretch(distribution.mode(parameters)));
  });

  test('has the sizes that it states', () => {
    expect(parameters.length).toBe(distribution.parameterCount);
    expect(action.length).toBe(distribution.actionSize);
  });
});

test('the inverse CDF takes the first index above u, or the last if there is none', () => {
  expect([0, 0.24, 0.25, 0.99].map((u) => inverseCdf([0.25, 0.25, 0.5], u))).toEqual([0, 0, 1, 2]);
  expect(inverseCdf([0.5, 0.4999], 0.99999)).toBe(1);
});

test('a categorical with logits log 1, log 3 has probabilities 1/4 and 3/4', () => {
  const logits = [0, Math.log(3)];
  expect(categorical(2).logProb(logits, [1])).toBeCloseTo(Math.log(0.75), 14);
  const rng = newRng();
  const drawn = Array.from({ length: 20_000 }, () => categorical(2).sample(logits, rng)[0]!);
  expect(Math.abs(mean(drawn) - 0.75)).toBeLessThan(0.01);
});

test('large logits do not overflow', () => {
  expect(categorical(2).logProb([1000, 0], [0])).toBe(0);
  expect(categorical(2).entropy([1000, 0])).toBeCloseTo(0, 14);
});

test('a gaussian draws with its mean and standard deviation', () => {
  const rng = newRng();
  const drawn = Array.from(
    { length: 20_000 },
    () => diagonalGaussian(1).sample([2, Math.log(3)], rng)[0]!,
  );
  expect(Math.abs(mean(drawn) - 2)).toBeLessThan(0.1);
  expect(Math.abs(Math.sqrt(populationVariance(drawn)) - 3)).toBeLessThan(0.1);
});
