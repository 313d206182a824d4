import { describe, expect, test } from 'vitest';
import { actorCriticForward, batchGradient, flatten } from './actor-critic';
import { categorical } from './distributions';
import { expectClose } from './expect-close';
import { finiteDifference } from './finite-difference';
import {
  goldenDistribution,
  goldenLossSettings,
  goldenNetwork,
  goldenPredictions,
  goldenSamples,
  readLossCases,
} from './fixtures';
import type { Layer } from './linear';
import {
  batchLoss,
  explainedVariance,
  type LossSettings,
  type LossTarget,
  PLAIN_LOSS,
  policyTerm,
  valueTerm,
} from './ppo-loss';

const TOLERANCE = 1e-10;

const SETTINGS: LossSettings = {
  ...PLAIN_LOSS,
  clipCoef: 0.2,
  clipVlossCoef: 0.2,
  vfCoef: 0.5,
  entCoef: 0,
  normAdv: false,
};

describe.each(readLossCases())('loss.json, $config.distribution, batch of $batch', (golden) => {
  const { activation } = golden.config;
  const network = goldenNetwork(golden);
  const distribution = goldenDistribution(golden.config, golden);
  const traces = golden.observations.map((o) => actorCriticForward(network, o, activation));
  const targets = goldenSamples(golden);
  const settings = goldenLossSettings(golden.config);
  const loss = batchLoss(distribution, traces, targets, settings);

  test('the networks say what they say in the file', () => {
    const heads = traces.map((trace) => trace.actor.output);
    expectClose(heads.flat(), golden.head.flat(), TOLERANCE);
    expectClose(
      traces.map((trace) => trace.value),
      golden.value,
      TOLERANCE,
    );
    expectClose(loss.logProbs, golden.log_probs, TOLERANCE);
  });

  test('the statistics are those of the file', () => {
    const { policyLoss, valueLoss, entropy, approxKl, oldApproxKl, clipfrac } = loss.statistics;
    const { stats } = golden;
    const actual = [policyLoss, valueLoss, entropy, loss.statistics.loss, clipfrac];
    const { policy_loss, value_loss, clip_fraction } = stats;
    const expected = [policy_loss, value_loss, stats.entropy, stats.loss, clip_fraction];
    expectClose(actual, expected, TOLERANCE);
    expectClose([approxKl], [stats.approx_kl], TOLERANCE);
    expectClose([oldApproxKl], [stats.old_approx_kl], TOLERANCE);
  });

  test('the derivatives by the outputs are those of the file', () => {
    const dHead = loss.dParameters.map((d) => d.slice(0, golden.head_dim));
    expectClose(dHead.flat(), golden.grad_head.flat(), TOLERANCE);
    expectClose(loss.dValues, golden.grad_value, TOLERANCE);
  });

  test('the gradient is that of the file', () => {
    const gradientOf = (layer: (typeof golden.actor)[number]): Layer => ({
      weight: layer.grad_weight,
      bias: layer.grad_bias,
    });
    const expected = {
      actor: golden.actor.map(gradientOf),
      critic: golden.critic.map(gradientOf),
      logStd: golden.grad_log_std ?? [],
    };
    const { dParameters, dValues } = loss;
    const gradient = batchGradient(network, traces, dParameters, dValues, activation);
    expectClose(gradient, flatten(expected), TOLERANCE);
  });

  test('the derivatives are the slopes of the loss', () => {
    const predictions = goldenPredictions(golden);
    const lossAt = (m: number, outputs: readonly number[]): number => {
      const parameters = outputs.slice(0, -1);
      const changed = { parameters, value: outputs.at(-1)! };
      const all = predictions.map((prediction, i) => (i === m ? changed : prediction));
      return batchLoss(distribution, all, targets, settings).statistics.loss;
    };
    for (const m of [0, golden.batch - 1]) {
      const { parameters, value } = predictions[m]!;
      const slopes = finiteDifference((x) => lossAt(m, x), [...parameters, value]);
      expectClose([...loss.dParameters[m]!, loss.dValues[m]!], slopes, 1e-6, 1e-2);
    }
  });
});

describe('the terms of the loss', () => {
  const target: LossTarget = { action: [0], oldLogProb: 0, oldValue: 1, advantage: 1, return: 3 };

  test.each([
    // advantage, ratio: value, derivative by log ratio
    [2, 1.1, -2.2, -2.2],
    [2, 1.5, -2.4, 0],
    [2, 0.5, -1, -1],
    [-2, 1.5, 3, 3],
    [-2, 0.5, 1.6, 0],
  ])('advantage %d at ratio %d costs %d', (advantage, ratio, value, derivative) => {
    const term = policyTerm(Math.log(ratio), advantage, SETTINGS);
    expectClose([term.value, term.derivative], [value, derivative], 1e-14);
  });

  test.each([
    // V, eps: 1/2 max((V - 3)^2, (V' - 3)^2), derivative by V
    [2, null, 0.5, -1],
    [1.1, 0.2, 0.5 * 1.9 ** 2, -1.9],
    [2, 0.2, 0.5 * 1.8 ** 2, 0],
    [0, 0.2, 4.5, -3],
  ])('a value of %d with clip %s', (value, coef, expected, derivative) => {
    const term = valueTerm(value, target, { ...SETTINGS, clipVlossCoef: coef });
    expectClose([term.value, term.derivative], [expected, derivative], 1e-14);
  });

  test.each([
    // without a clip only the ratio counts
    ['penalty', 0, 2, 1.5, -3, -3],
    // r |A| = 8 is bounded by c |A| = 6; a good action knows no bound, nor does a ratio below c
    ['clip', 3, -2, 4, 6, 0],
    ['clip', 3, 2, 4, -2.4, 0],
    ['clip', 3, -2, 2, 4, 4],
    ['penalty', 3, -2, 4, 6, 0],
  ] as const)(
    '%s, dual clip %d: advantage %d at ratio %d',
    (objective, dualClip, advantage, ratio, value, derivative) => {
      const term = policyTerm(Math.log(ratio), advantage, { ...SETTINGS, objective, dualClip });
      expectClose([term.value, term.derivative], [value, derivative], 1e-14);
    },
  );

  test.each([
    // e = V - 3, delta = 1/2: e^2 / 2, then (|e| - 1/4) / 2
    [3.5, 0.125, 0.5],
    [5, 0.875, 0.5],
    [1, 0.875, -0.5],
  ])('the Huber loss of a value of %d', (value, expected, derivative) => {
    const term = valueTerm(value, target, { ...SETTINGS, clipVlossCoef: null, huberDelta: 0.5 });
    expectClose([term.value, term.derivative], [expected, derivative], 1e-14);
  });
});

test('inside the clip range a rounding of V_old + (V - V_old) costs no derivative', () => {
  const [oldValue, goal] = [0.3, 0.02];
  const target: LossTarget = { action: [0], oldLogProb: 0, oldValue, advantage: 1, return: goal };
  const values = Array.from({ length: 100 }, (_, i) => (i + 1) / 257);
  const lossesDiffer = values.filter(
    (value) => (oldValue + (value - oldValue) - goal) ** 2 > (value - goal) ** 2,
  );
  expect(lossesDiffer.length).toBeGreaterThan(0);
  for (const value of values) {
    expect(valueTerm(value, target, { ...SETTINGS, clipVlossCoef: 0.5 }).derivative).toBe(
      value - goal,
    );
  }
});

test('before any update KL is 0 and no ratio is clipped', () => {
  const distribution = categorical(2);
  const parameters = [0.3, -0.4];
  const oldLogProb = distribution.logProb(parameters, [1]);
  const target = { action: [1], oldLogProb, oldValue: 0, advantage: 2, return: 1 };
  const { statistics } = batchLoss(distribution, [{ parameters, value: 0 }], [target], SETTINGS);
  expect(statistics).toMatchObject({ approxKl: 0, clipfrac: 0, policyLoss: -2 });
});

test('explained variance is 1 for perfect values, 0 for constants, NaN without variance', () => {
  expect(explainedVariance([1, 2, 4], [1, 2, 4])).toBe(1);
  expect(explainedVariance([7, 7, 7], [1, 2, 4])).toBeCloseTo(0, 14);
  expect(explainedVariance([1, 2], [3, 3])).toBeNaN();
});
