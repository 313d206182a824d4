import { describe, expect, test } from 'vitest';
import lossTerms from '../../shaders/update/loss-terms.wesl';
import type { AgentRecord } from '../../src/agent';
import { CONFIG_FIELDS } from '../../src/config';
import { LOSS_TERMS, STATISTICS, type Statistic } from '../../src/update/ppo-loss';
import { DISTRIBUTION_CASES, MASKED_CASES } from '../distributions/cases';
import { expectClose } from '../reference/expect-close';
import { finiteDifference } from '../reference/finite-difference';
import { batchLoss, type LossSettings } from '../reference/ppo-loss';
import { completedMask } from '../support/mask-words';
import { openRuntime } from '../support/run-dispatches';
import { deviceLoss, randomLossCase } from './loss-case';

const runtime = await openRuntime();

/** Two agents: one clips the value and normalises, the other does neither. */
const SETTINGS: readonly LossSettings[] = [
  { clipCoef: 0.2, clipVlossCoef: 0.3, vfCoef: 0.5, entCoef: 0.01, normAdv: true },
  { clipCoef: 0.1, clipVlossCoef: null, vfCoef: 2, entCoef: 0.3, normAdv: false },
];

const recordOf = (settings: LossSettings): Partial<AgentRecord> => ({
  clip_coef: settings.clipCoef,
  clip_coef_value: settings.clipVlossCoef ?? 0,
  vf_coef: settings.vfCoef,
  ent_coef: settings.entCoef,
  norm_adv: Number(settings.normAdv),
});

const CASES = [...DISTRIBUTION_CASES, ...MASKED_CASES];

describe.each(CASES)('$name', (distribution) => {
  const { space, options, twin } = distribution;

  test.each([1, 3, 65, 259])('the loss of %d samples is that of the twin', async (samples) => {
    // A single advantage has no standard deviation.
    const settings = SETTINGS.map((own) => ({ ...own, normAdv: own.normAdv && samples > 1 }));
    const cases = settings.map((_, agent) => randomLossCase(distribution, samples, agent));
    const found = await deviceLoss(runtime, space, cases, settings.map(recordOf), options);
    for (const [agent, { predictions, targets }] of cases.entries()) {
      const loss = batchLoss(twin, predictions, targets, settings[agent]!);
      const { statistics, dOutputs, padding } = found[agent]!;
      const expected = loss.dParameters.map((d, m) => [...d, loss.dValues[m]!]);
      expectClose(dOutputs.flat(), expected.flat(), 1e-5);
      expect(padding.every((d) => d === 0)).toBe(true);
      const { policyLoss, valueLoss, entropy, oldApproxKl, approxKl, clipfrac } = loss.statistics;
      const means = [policyLoss, valueLoss, entropy, loss.statistics.loss];
      expectClose(statistics, [...means, oldApproxKl, approxKl, clipfrac], 5e-6, 1);
    }
  });

  test.each(LOSS_TERMS)('the derivatives of the $term term are its slopes', async (row) => {
    const settings = { ...SETTINGS[0]!, vfCoef: 0, entCoef: 0 };
    const weighted = row.coefficient === null ? settings : { ...settings, [row.coefficient]: 0.7 };
    const one = randomLossCase(distribution, 5, 7);
    const [found] = await deviceLoss(runtime, space, [one], [recordOf(weighted)], options);
    if (row.coefficient !== null) {
      const [without] = await deviceLoss(runtime, space, [one], [recordOf(settings)], options);
      expect(found!.dOutputs).not.toEqual(without!.dOutputs);
    }
    const lossAt = (outputs: readonly number[]): number => {
      const width = twin.parameterCount + 1;
      const predictions = one.predictions.map((_, m) => ({
        parameters: outputs.slice(m * width, m * width + width - 1),
        value: outputs[m * width + width - 1]!,
      }));
      return batchLoss(twin, predictions, one.targets, weighted).statistics.loss;
    };
    const outputs = one.predictions.flatMap(({ parameters, value }) => [...parameters, value]);
    expectClose(found!.dOutputs.flat(), finiteDifference(lossAt, outputs), 1e-5, 0.1);
  });
});

test.each(CASES)('$name: at its own log-probability KL is exactly 0', async (own) => {
  const record = recordOf({ ...SETTINGS[0]!, normAdv: false });
  const one = randomLossCase(own, 1, 3);
  const withOld = (oldLogProb: number) => ({
    ...one,
    targets: one.targets.map((target) => ({ ...target, oldLogProb })),
  });
  const at = (statistics: readonly number[], name: Statistic): number =>
    statistics[STATISTICS.indexOf(name)]!;
  // -log(pi / pi_old) of one sample, with log pi_old = 0
  const [first] = await deviceLoss(runtime, own.space, [withOld(0)], [record], own.options);
  const logProb = -at(first!.statistics, 'old_approx_kl');
  const [again] = await deviceLoss(runtime, own.space, [withOld(logProb)], [record], own.options);
  expect(at(again!.statistics, 'approx_kl')).toBe(0);
  expect(Math.abs(at(again!.statistics, 'old_approx_kl'))).toBe(0);
  // Ratio 1: the loss is the advantage itself.
  expect(at(again!.statistics, 'policy_loss')).toBe(-one.targets[0]!.advantage);
});

describe.each(MASKED_CASES)('$name', (own) => {
  const { space, options } = own;
  const [records, one] = [[recordOf(SETTINGS[1]!)], randomLossCase(own, 65, 2)];
  const allowed = one.targets.map(({ mask }) => completedMask(space, mask!));

  test('a forbidden choice has a slope of exactly 0, and all slopes are finite', async () => {
    const [found] = await deviceLoss(runtime, space, [one], records, options);
    expect(found!.dOutputs.flat().every(Number.isFinite)).toBe(true);
    const forbidden = allowed.flatMap((mask, m) =>
      found!.dOutputs[m]!.filter((_, d) => mask[d] === false),
    );
    expect(forbidden.length).toBeGreaterThan(20);
    expect(forbidden.every((slope) => slope === 0)).toBe(true);
  });

  test('the logit of a forbidden choice does not matter', async () => {
    const predictions = one.predictions.map(({ parameters, value }, m) => ({
      parameters: parameters.map((logit, d) => (allowed[m]![d] ? logit : 80 - logit)),
      value,
    }));
    const [found] = await deviceLoss(runtime, space, [one], records, options);
    const [again] = await deviceLoss(runtime, space, [{ ...one, predictions }], records, options);
    expect(again).toEqual(found);
  });
});

test('every term of the loss has its function, its coefficient and its metric', () => {
  for (const { term, coefficient, metric } of LOSS_TERMS) {
    expect(lossTerms).toMatch(new RegExp(`^fn ${term}_term\\(`, 'm'));
    if (coefficient !== null) expect(CONFIG_FIELDS).toHaveProperty(coefficient);
    expect(STATISTICS).toContain(metric.replace('losses/', ''));
  }
  expect(lossTerms.match(/^fn \w+_term\(s: Sample/gm)).toHaveLength(LOSS_TERMS.length);
});
