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
    'normalised',
    { normObs: true, normReward: true },
    { clipObs: [0.5, 10, 1], clipReward: [0, 0.2, 10] },
  ],
  [
    'in a normalised shared trunk',
    { sharedTrunk: true, layerNorm: true, hiddenSizes: [9, 17] },
    {},
  ],
  ['with clipped rewards', {}, { clipReward: [0, 0.2, 10] }],
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
