import { describe, expect, test } from 'vitest';
import lossTerms from '../../shaders/update/loss-terms.wesl';
import { CONFIG_FIELDS } from '../../src/config/fields';
import { LOSS_CONSTANTS, LOSS_SETTINGS, LOSS_TERMS } from '../../src/config/loss-terms';
import { distributionFor } from '../../src/distributions/distribution';
import { type LossStatistic, STATISTICS, type Statistic } from '../../src/update/ppo-loss';
import { DISTRIBUTION_CASES, type DistributionCase, MASKED_CASES } from '../distributions/cases';
import { expectClose } from '../reference/expect-close';
import { finiteDifference } from '../reference/finite-difference';
import {
  batchLoss,
  type LossSettings,
  type LossStatistics,
  PLAIN_LOSS,
} from '../reference/ppo-loss';
import type { AgentChange } from '../support/agents';
import { completedMask } from '../support/mask-words';
import { openRuntime } from '../support/run-dispatches';
import { BATCH_ADVANTAGES, deviceLoss, type LossCase, randomLossCase } from './loss-case';

const runtime = await openRuntime();

const CLIPPED: LossSettings = {
  ...PLAIN_LOSS,
  clipCoef: 0.2,
  clipVlossCoef: 0.3,
  vfCoef: 0.5,
  entCoef: 0.01,
  normAdv: true,
};

/** Agents side by side, each with a form of the loss of its own. */
const SETTINGS: readonly LossSettings[] = [
  CLIPPED,
  { ...CLIPPED, clipCoef: 0.1, clipVlossCoef: null, vfCoef: 2, entCoef: 0.3, normAdv: false },
  {
    ...CLIPPED,
    objective: 'penalty',
    klCoef: 0.6,
    clipVlossCoef: null,
    huberDelta: 0.2,
    normAdv: 'batch',
  },
  { ...CLIPPED, dualClip: 1.05, clipCoef: 0.4, refKlCoef: 0.3 },
];

/** The settings as the device has them. */
const recordOf = (settings: LossSettings): AgentChange => ({
  loss: {
    objective: Number(settings.objective === 'penalty'),
    clip_coef: settings.clipCoef,
    dual_clip: settings.dualClip,
    clip_vloss: Number(settings.clipVlossCoef !== null),
    vf_clip_coef: settings.clipVlossCoef ?? 0,
    huber_delta: settings.huberDelta,
    vf_coef: settings.vfCoef,
    ent_coef: -settings.entCoef,
    kl_coef: settings.klCoef,
    ref_kl_coef: settings.refKlCoef,
  },
  norm_adv: [false, true, 'batch'].indexOf(settings.normAdv),
});

/** The twin's name of every statistic. */
const TWIN_NAMES: Readonly<Record<LossStatistic, keyof LossStatistics>> = {
  policy_loss: 'policyLoss',
  value_loss: 'valueLoss',
  entropy: 'entropy',
  kl_penalty: 'klPenalty',
  reference_kl: 'referenceKl',
  loss: 'loss',
  old_approx_kl: 'oldApproxKl',
  approx_kl: 'approxKl',
  clipfrac: 'clipfrac',
};

/** The rows of the gradients of the network outputs: head, value, free parameters. */
function outputOrder(
  dParameters: readonly number[],
  dValue: number,
  { space, options }: DistributionCase,
): number[] {
  const { headSize } = distributionFor(space, options);
  return [...dParameters.slice(0, headSize), dValue, ...dParameters.slice(headSize)];
}

/** The twin's loss; advantages that are normalized over the batch come to it so. */
function twinLoss(
  twin: DistributionCase['twin'],
  { predictions, targets }: LossCase,
  settings: LossSettings,
) {
  const { mean, std } = BATCH_ADVANTAGES;
  const normalized = targets.map((target) => ({
    ...target,
    advantage: (target.advantage - mean) / (std + 1e-8),
  }));
  const own = settings.normAdv === 'batch' ? normalized : targets;
  return batchLoss(twin, predictions, own, settings);
}

const CASES = [...DISTRIBUTION_CASES, ...MASKED_CASES];

describe.each(CASES)('$name', (distribution) => {
  const { space, options, twin } = distribution;

  test.each([1, 3, 65, 259])('the loss of %d samples is that of the twin', async (samples) => {
    // A single advantage has no standard deviation.
    const settings = SETTINGS.map((own) => ({
      ...own,
      normAdv: own.normAdv === true ? samples > 1 : own.normAdv,
    }));
    const cases = settings.map((_, agent) => randomLossCase(distribution, samples, agent));
    const found = await deviceLoss(runtime, space, cases, settings.map(recordOf), options);
    for (const [agent, own] of cases.entries()) {
      const loss = twinLoss(twin, own, settings[agent]!);
      const { statistics, dOutputs, padding } = found[agent]!;
      const expected = loss.dParameters.map((d, m) =>
        outputOrder(d, loss.dValues[m]!, distribution),
      );
      expectClose(dOutputs.flat(), expected.flat(), 1e-5);
      expect(padding.every((d) => d === 0)).toBe(true);
      const names = Object.keys(TWIN_NAMES) as LossStatistic[];
      const means = names.map((name) => loss.statistics[TWIN_NAMES[name]]);
      const said = names.map((name) => statistics[STATISTICS.indexOf(name)]!);
      expectClose(said, means, 5e-6, 1);
    }
  });

  test.each([11, 200, -200])(
    'the KL to a reference policy is finite where the log ratio is %d',
    async (distance) => {
      const settings = { ...SETTINGS[0]!, vfCoef: 0, entCoef: 0, klCoef: 0, refKlCoef: 1 };
      const drawn = randomLossCase(distribution, 5, 3);
      const targets = drawn.targets.map((target, m) => ({
        ...target,
        refLogProb: twin.logProb(drawn.predictions[m]!.parameters, target.action) + distance,
      }));
      const far = { ...drawn, targets };
      const [found] = await deviceLoss(runtime, space, [far], [recordOf(settings)], options);
      const loss = twinLoss(twin, far, settings);
      const said = found!.statistics[STATISTICS.indexOf('reference_kl')]!;
      expectClose([said], [loss.statistics.referenceKl], 1e-4);
      expect(found!.dOutputs.flat().every(Number.isFinite)).toBe(true);
    },
  );

  describe.each(SETTINGS)(
    '$objective, dual clip $dualClip, Huber $huberDelta, value clip $clipVlossCoef',
    (own) => {
      test.each(LOSS_TERMS)('the derivatives of the $term term are its slopes', async (row) => {
        const settings = { ...own, normAdv: false, vfCoef: 0, entCoef: 0, klCoef: 0, refKlCoef: 0 };
        const weighted = row.weight === null ? settings : { ...settings, [row.weight]: 0.7 };
        const one = randomLossCase(distribution, 5, 7);
        const [found] = await deviceLoss(runtime, space, [one], [recordOf(weighted)], options);
        if (row.weight !== null) {
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
        const slopes = finiteDifference(lossAt, outputs);
        const width = twin.parameterCount + 1;
        const expected = one.predictions.flatMap((_, m) => {
          const row = slopes.slice(m * width, (m + 1) * width);
          return outputOrder(row.slice(0, -1), row.at(-1)!, distribution);
        });
        expectClose(found!.dOutputs.flat(), expected, 1e-5, 0.1);
      });
    },
  );
});

test.each(CASES)('$name: at its own log-probability KL is exactly 0', async (own) => {
  const record = recordOf({ ...CLIPPED, normAdv: false });
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

describe('the table of terms', () => {
  test('names every function of the shader, in its order', () => {
    const called = /return array<Term, LOSS_TERMS>\(([^;]*)\);/.exec(lossTerms)![1]!;
    expect([...called.matchAll(/(\w+)_term\(s, h\)/g)].map((match) => match[1])).toEqual(
      LOSS_TERMS.map(({ term }) => term),
    );
    expect(lossTerms.match(/^fn \w+_term\(s: Sample/gm)).toHaveLength(LOSS_TERMS.length);
  });

  test.each(LOSS_TERMS)('gives $term its config fields, its weight and its metric', (row) => {
    for (const key of Object.keys(row.fields)) expect(CONFIG_FIELDS).toHaveProperty(key);
    const place = LOSS_TERMS.indexOf(row);
    expect(LOSS_SETTINGS[place]).toMatchObject({ key: row.weight, sign: row.sign });
    expect(STATISTICS[place]).toBe(row.metric.replace('losses/', ''));
  });

  test('has a place in the record for every number that the shader asks for', () => {
    const wanted = /import constants::\{([^}]*)\}/.exec(lossTerms)![1]!.match(/\w+/g)!;
    expect(Object.keys(LOSS_CONSTANTS)).toEqual(expect.arrayContaining(wanted));
  });
});
