/** The same seed gives the same bytes, and an agent does not notice the others. */
import { describe, expect, test } from 'vitest';
import { trainSmall } from './training';

/** The reports without the clock. */
const said = ({ reports }: Awaited<ReturnType<typeof trainSmall>>) =>
  reports.map(({ agents }) => agents);

test('the same seed gives the same parameters and reports twice', async () => {
  const [first, second] = [await trainSmall(), await trainSmall()];
  expect(second.parameters).toEqual(first.parameters);
  expect(said(second)).toEqual(said(first));
});

test('another seed gives another start and another run', async () => {
  const [first, other] = [await trainSmall(), await trainSmall({ seed: 3 })];
  expect(other.parameters).not.toEqual(first.parameters);
  expect(said(other)).not.toEqual(said(first));
});

/** As words, which tell 0 from -0 and one NaN from another. */
const bytesOf = (floats: Float32Array): Uint32Array =>
  new Uint32Array(floats.buffer, floats.byteOffset, floats.length);

const OWN = {
  learningRate: [1e-3, 1e-2, 3e-4],
  entCoef: [0, 0.01, 0.1],
  clipVloss: [true, false, true],
  normAdv: [false, true, true],
  annealLr: [true, true, false],
  gamma: [0.99, 0.9, 0.5],
  maxGradNorm: [0.5, 5, 0.05],
  clipCoef: [0.2, 0.1, 0.3],
};

describe.each([
  ['plain', {}, {}],
  [
    'normalized',
    { normObs: true, normReward: true },
    { clipObs: [0.5, 10, 1], clipReward: [0, 0.2, 10] },
  ],
  [
    'in a normalized shared trunk',
    { sharedTrunk: true, layerNorm: true, hiddenSizes: [9, 17] },
    {},
  ],
  ['with clipped rewards', {}, { clipReward: [0, 0.2, 10] }],
  ['in the fused kernels', { hiddenSizes: [7, 5], normObs: true, numEnvs: 70 }, {}],
] as const)('three agents with hyperparameters of their own, %s', (_, shared, lists) => {
  const own = { ...OWN, ...lists };
  const together = trainSmall({ ...own, ...shared, numAgents: 3 });

  test.each([0, 1, 2])('agent %i is the same as alone', async (agent) => {
    const alone = Object.fromEntries(Object.entries(own).map(([key, list]) => [key, list[agent]]));
    const { parameters, reports } = await trainSmall({ ...alone, ...shared, seed: 2 + agent });
    const all = await together;
    const count = parameters.length;
    expect(all.parameters.slice(agent * count, (agent + 1) * count)).toEqual(parameters);
    expect(all.reports.map(({ agents }) => agents[agent])).toEqual(
      reports.map(({ agents }) => agents[0]),
    );
  });

  test('no two of them are the same', async () => {
    const { parameters } = await together;
    const third = parameters.length / 3;
    const each = [0, 1, 2].map((agent) =>
      String(parameters.slice(agent * third, (agent + 1) * third)),
    );
    expect(new Set(each).size).toBe(3);
  });
});

/** 16 numbers from `first` to `last`, each the same factor above the one before. */
const spread = (first: number, last: number): number[] =>
  Array.from({ length: 16 }, (_, agent) => first * (last / first) ** (agent / 15));
/** 16 values that take turns. */
const inTurn = <T>(...values: readonly T[]): T[] =>
  Array.from({ length: 16 }, (_, agent) => values[agent % values.length]!);

const RATES = { learningRate: spread(1e-4, 1e-2), entCoef: spread(1e-3, 0.3) };

describe.each([
  ['plain', {}, {}],
  ['in the fused kernels', { hiddenSizes: [7, 5] }, {}],
  ['in wide layers', { hiddenSizes: [20, 16, 12] }, {}],
  [
    'with group-relative advantages',
    {
      advantageEstimator: 'group',
      groupSize: 3,
      numEnvs: 6,
      numSteps: 20,
      totalTimesteps: 3 * 6 * 20,
      clipVloss: false,
      vfCoef: 0,
    },
    { gamma: inTurn(0.99, 0.9), normAdv: inTurn<boolean | 'batch'>(true, false, 'batch') },
  ],
  [
    'with plain returns',
    { advantageEstimator: 'returns' },
    { gamma: inTurn(0.99, 0.9), normAdv: inTurn<boolean | 'batch'>(true, false, 'batch') },
  ],
  [
    'held by KL, each in its way',
    { updateEpochs: 4 },
    {
      objective: inTurn<'penalty' | 'clip'>('penalty', 'clip', 'penalty'),
      klCoef: spread(0.1, 10),
      annealKl: inTurn<false | 'kl-adaptive'>(false, 'kl-adaptive'),
      annealLr: inTurn<boolean | 'kl-adaptive' | 'cosine'>('kl-adaptive', true, 'cosine', false),
      desiredKl: spread(1e-4, 1e-2),
      targetKl: inTurn(0, 1e-4, 1e-3),
    },
  ],
  [
    'with advantages anew and minibatches of environments',
    { recomputeAdvantages: true, minibatchBy: 'environments', numMinibatches: 5 },
    { gaeLambda: spread(0.5, 1) },
  ],
] as const)(
  'sixteen agents with rates and entropy coefficients of their own, %s',
  (_, shared, lists) => {
    const own = { ...RATES, ...lists };
    const together = trainSmall({ ...own, ...shared, numAgents: 16 });

    test('have the bytes of the same agents alone, parameters and metrics', async () => {
      const all = await together;
      const count = all.parameters.length / 16;
      for (let agent = 0; agent < 16; agent += 1) {
        const fields = Object.entries(own).map(([key, list]) => [key, list[agent]]);
        const alone = await trainSmall({
          ...Object.fromEntries(fields),
          ...shared,
          seed: 2 + agent,
        });
        expect(alone.reports.length).toBeGreaterThanOrEqual(3);
        expect(bytesOf(all.parameters.slice(agent * count, (agent + 1) * count))).toEqual(
          bytesOf(alone.parameters),
        );
        expect(all.reports.map(({ agents }) => agents[agent])).toEqual(
          alone.reports.map(({ agents }) => agents[0]),
        );
      }
    });

    test('are sixteen different agents', async () => {
      const { parameters, reports } = await together;
      const count = parameters.length / 16;
      const learned = Array.from({ length: 16 }, (_, agent) =>
        parameters.slice(agent * count, (agent + 1) * count).join(),
      );
      expect(new Set(learned).size).toBe(16);
      const { agents } = reports.at(-1)!;
      // Some are stopped by targetKl, if any has one.
      const updates = new Set(agents.map((metrics) => metrics['charts/updates']));
      expect(updates.size > 1).toBe('targetKl' in lists);
    });
  },
);

test('each of many agents has the same bytes as alone', async () => {
  // Minibatches of 300 samples are two slices.
  const shared = {
    ...{ hiddenSizes: [7, 5], numEnvs: 30, numSteps: 20 },
    ...{ totalTimesteps: 2 * 30 * 20, updateEpochs: 1 },
  };
  const { parameters, reports } = await trainSmall({ ...shared, numAgents: 32 });
  const count = parameters.length / 32;
  for (const agent of [0, 31]) {
    const alone = await trainSmall({ ...shared, seed: 2 + agent });
    const own = parameters.slice(agent * count, (agent + 1) * count);
    expect(bytesOf(own)).toEqual(bytesOf(alone.parameters));
    expect(reports.map(({ agents }) => agents[agent])).toEqual(said(alone).flat());
  }
});
