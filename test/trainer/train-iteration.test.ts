/** Whole iterations against the specification, test/reference/ppo.ts. */
import { describe, expect, test } from 'vitest';
import type { PpoConfig } from '../../src/config/ppo-config';
import { cartpole } from '../../src/environments/cartpole';
import { elementCount, type Tensor } from '../../src/gpu/arena';
import { readTensor } from '../../src/gpu/readback';
import type { AgentMetrics } from '../../src/trainer/metrics';
import type { Trainer } from '../../src/trainer/trainer';
import { flatten } from '../reference/actor-critic';
import { cartPole } from '../reference/cartpole';
import { categorical } from '../reference/distributions';
import { expectClose } from '../reference/expect-close';
import { mean, populationVariance } from '../reference/moments';
import { type IterationResult, trainIteration } from '../reference/ppo';
import type { Moments } from '../reference/running-moments';
import { initialAgent } from '../reference/train-state';
import { openTestGpu } from '../support/gpu';
import { networkOf } from '../support/network';
import { unpackRunningMoments } from '../support/running-moments';
import { settingsOf } from '../support/settings';
import { expectStatistics } from './expect-statistics';
import { smallTrainer, trainSmall } from './training';

const TASK = { environment: cartPole, distribution: categorical(2) };
type Result = IterationResult<Parameters<typeof cartPole.observe>[0]>;

/**
 * No critic, environments that divide into groups of 2 and of 3, steps in which some poles fall.
 */
const GROUPED = {
  advantageEstimator: 'group',
  groupSize: 3,
  numEnvs: 6,
  numSteps: 20,
  totalTimesteps: 3 * 6 * 20,
  clipVloss: false,
  vfCoef: 0,
} as const;

const NORMALIZED = { normObs: true, normReward: true } as const;

/** The statistics on the device. */
async function readNormalizer({
  run: {
    state: { normalizer },
  },
}: Trainer) {
  const gpu = await openTestGpu();
  const floats = async (tensor: Tensor): Promise<number[]> => [
    ...new Float32Array(await readTensor(gpu, tensor), 0, elementCount(tensor.shape)),
  ];
  return {
    observations: await floats(normalizer.observationMoments),
    returns: await floats(normalizer.returnMoments),
    discounted: await floats(normalizer.discountedReturns),
  };
}

/** The twin's iterations from the device's initial parameters, and the device's. */
async function runBoth(config: Partial<PpoConfig>, maxEpisodeSteps = cartPole.maxEpisodeSteps) {
  const trainer = await smallTrainer(config, { ...cartpole, maxEpisodeSteps });
  const task = { ...TASK, environment: { ...cartPole, maxEpisodeSteps } };
  const settings = settingsOf(trainer.config);
  let agent = initialAgent(
    networkOf(trainer.run.layout, await trainer.parameters()),
    task,
    settings,
  );
  const rows: { readonly metrics: AgentMetrics; readonly twin: Result }[] = [];
  for await (const { agents } of trainer) {
    const twin = trainIteration(agent, task, settings);
    rows.push({ metrics: agents[0]!, twin });
    agent = twin.agent;
  }
  const parameters = await trainer.parameters();
  const state = await readNormalizer(trainer);
  trainer.destroy();
  return {
    rows,
    parameters: [...parameters],
    expected: flatten(agent.network),
    state,
    normalizer: agent.normalizer,
  };
}

function expectEpisodes({ episodes }: AgentMetrics, { finished }: Result): void {
  const returns = finished.map((episode) => episode.return);
  const lengths = finished.map((episode) => episode.length);
  expect(episodes.count).toBe(finished.length);
  if (finished.length === 0) return;
  expectClose(
    [episodes.meanReturn, episodes.minReturn, episodes.maxReturn, episodes.stdReturn],
    [
      mean(returns),
      Math.min(...returns),
      Math.max(...returns),
      Math.sqrt(populationVariance(returns)),
    ],
    1e-5,
  );
  expectClose(
    [episodes.meanLength, episodes.minLength, episodes.maxLength],
    [mean(lengths), Math.min(...lengths), Math.max(...lengths)],
    1e-5,
  );
}

describe.each([
  ['annealed, clipped and normalized', {}],
  ['constant, unclipped and plain', { annealLr: false, clipVloss: false, normAdv: false }],
  [
    'silu, two hidden layers, one environment',
    { activation: 'silu', hiddenSizes: [5, 3], numEnvs: 1 },
  ],
  ['four hidden layers', { hiddenSizes: [65, 3, 127, 1] }],
  ['a layer of 1024', { hiddenSizes: [1024] }],
  ['a shared trunk', { sharedTrunk: true, hiddenSizes: [7, 6] }],
  ['a shared trunk of no layers', { sharedTrunk: true, hiddenSizes: [] }],
  ['layer norm and tanh', { layerNorm: true, hiddenSizes: [7, 6] }],
  ['layer norm and silu', { layerNorm: true, activation: 'silu', hiddenSizes: [7, 6] }],
  ['layer norm in a shared trunk', { layerNorm: true, sharedTrunk: true }],
  ['a relu critic beside a tanh actor', { criticActivation: 'relu', hiddenSizes: [7, 6] }],
  ['no hidden layer, one minibatch', { hiddenSizes: [], numMinibatches: 1 }],
  [
    'cosine and linear schedules, weight decay, a faster critic',
    {
      annealLr: 'cosine',
      annealClip: true,
      annealEnt: 'cosine',
      entCoef: 0.1,
      clipCoef: 0.02,
      weightDecay: 0.1,
      criticLearningRate: 1e-2,
    },
  ],
  [
    'dual clip, Huber, normalized over the batch',
    { dualClip: 1.01, clipVloss: false, huberDelta: 0.5, normAdv: 'batch' },
  ],
  ['a rate that follows KL', { annealLr: 'kl-adaptive', desiredKl: 0.002 }],
  [
    'penalty that follows KL',
    { objective: 'penalty', klCoef: 1, desiredKl: 0.001, learningRate: 1e-2 },
  ],
  ['epochs ended by KL', { targetKl: 1e-4, learningRate: 1e-2, updateEpochs: 4 }],
  ['normalized observations', { normObs: true, clipObs: 1.5 }],
  ['normalized rewards', { normReward: true }],
  ['clipped rewards', { clipReward: 0.25 }],
  ['plain returns', { advantageEstimator: 'returns' }],
  ['plain returns normalized over the batch', { advantageEstimator: 'returns', normAdv: 'batch' }],
  ['plain returns in a shared trunk', { advantageEstimator: 'returns', sharedTrunk: true }],
  ['groups of three', GROUPED],
  ['groups of two', { ...GROUPED, groupSize: 2, gamma: 0.9, hiddenSizes: [7, 6] }],
  ['one group of all, advantages as they are', { ...GROUPED, groupSize: 6, normAdv: false }],
  ['groups normalized over the batch', { ...GROUPED, normAdv: 'batch', learningRate: 1e-2 }],
  ['groups with everything normalized', { ...GROUPED, ...NORMALIZED, clipReward: 0.3 }],
  ['advantages anew in three epochs', { recomputeAdvantages: true, updateEpochs: 3 }],
  [
    'advantages anew, normalized over the batch, in a shared trunk',
    { recomputeAdvantages: true, normAdv: 'batch', sharedTrunk: true, learningRate: 1e-2 },
  ],
  [
    'plain returns anew until KL ends the epochs',
    {
      recomputeAdvantages: true,
      advantageEstimator: 'returns',
      updateEpochs: 4,
      targetKl: 1e-4,
      learningRate: 1e-2,
    },
  ],
  [
    'minibatches of environments, annealed',
    { minibatchBy: 'environments', numEnvs: 6, annealClip: 'cosine', learningRate: 1e-2 },
  ],
  [
    'minibatches of one environment each, advantages anew',
    { minibatchBy: 'environments', numMinibatches: 5, recomputeAdvantages: true },
  ],
  [
    'groups in minibatches of environments',
    { ...GROUPED, minibatchBy: 'environments', numMinibatches: 3, normAdv: false },
  ],
  ['everything normalized and clipped', { ...NORMALIZED, clipObs: 1.5, clipReward: 0.3 }],
] as const)('three iterations, %s', (_, config) => {
  test('parameters, statistics and episodes are those of the specification', async () => {
    const { rows, parameters, expected } = await runBoth(config);
    expect(rows.length).toBeGreaterThanOrEqual(3);
    for (const { metrics, twin } of rows) {
      expectStatistics(metrics, twin.updates);
      expectEpisodes(metrics, twin);
      expectClose([metrics['losses/explained_variance']], [twin.explainedVariance], 1e-3, 1);
    }
    expectClose(parameters, expected, 1e-4);
  });
});

test.each([
  {},
  { ...NORMALIZED, clipObs: 1.5 },
  { advantageEstimator: 'returns', normAdv: 'batch' },
  { recomputeAdvantages: true, updateEpochs: 3 },
] as const)(
  'three iterations with a limit of 4 steps are those of the specification, %o',
  async (config) => {
    const { rows, parameters, expected } = await runBoth(config, 4);
    // Episodes of 4 steps that were cut: their final observations have values.
    const values = rows.flatMap(({ twin }) => twin.transitions.flat().map((t) => t.finalValue));
    expect(values.filter((value) => value !== 0).length).toBeGreaterThan(30);
    for (const { metrics, twin } of rows) {
      expectStatistics(metrics, twin.updates);
      expectEpisodes(metrics, twin);
    }
    expectClose(parameters, expected, 1e-4);
  },
);

test('groups with a limit of 6 steps are those of the specification', async () => {
  const { rows, parameters, expected } = await runBoth(GROUPED, 6);
  for (const { metrics, twin } of rows) {
    expectStatistics(metrics, twin.updates);
    expectEpisodes(metrics, twin);
    // 20 steps: cut by the clock after 6, 12 and 18, by the rollout's end after 2 more.
    expect(metrics.episodes).toMatchObject({ count: 4 * 6, minLength: 2, maxLength: 6 });
  }
  expectClose(parameters, expected, 1e-4);
});

describe('three iterations leave the statistics of the specification', () => {
  const expectMoments = (words: readonly number[], moments: readonly Moments[]): void => {
    const all = unpackRunningMoments(words);
    expect(all.length).toBe(moments.length);
    for (const [field, { count, mean: average, m2 }] of moments.entries()) {
      const found = all[field]!;
      expect(found.count).toBe(count);
      expectClose([found.mean, found.m2 / count], [average, m2 / count], 1e-4);
    }
  };

  test('of observations and of discounted returns', async () => {
    const { state, normalizer } = await runBoth(NORMALIZED);
    expect(normalizer.returns.count).toBe(3 * 5 * 12);
    expectMoments(state.observations, normalizer.observations);
    expectMoments(state.returns, [normalizer.returns]);
    // Each with its rest behind it.
    const discounted = state.discounted.filter((_, i) => i % 2 === 0);
    expectClose(discounted, normalizer.discounted, 1e-5);
  });

  test('none where nothing is normalized', async () => {
    const { state } = await runBoth({ clipReward: 0.5 });
    expect(new Set(Object.values(state).flat())).toEqual(new Set([0]));
  });
});

test.each([
  ['two networks', {}],
  ['a normalized shared trunk', { sharedTrunk: true, layerNorm: true, hiddenSizes: [9, 17] }],
])(
  '%s: before any update KL is 0 and no ratio clipped; nothing moves at a rate of 0',
  async (_, structure) => {
    const config = { learningRate: 0, updateEpochs: 1, numMinibatches: 1, ...structure };
    const trainer = await smallTrainer(config);
    const before = await trainer.parameters();
    for await (const { agents } of trainer) {
      const [metrics] = agents;
      expect(Math.abs(metrics!['losses/approx_kl'])).toBeLessThan(1e-6);
      expect(Math.abs(metrics!['losses/old_approx_kl'])).toBeLessThan(1e-6);
      expect(metrics!['losses/clipfrac']).toBe(0);
      // All ratios are 1 and the advantages have mean 0.
      expect(Math.abs(metrics!['losses/policy_loss'])).toBeLessThan(1e-6);
    }
    expect(await trainer.parameters()).toEqual(before);
    trainer.destroy();
  },
);

describe('the learning rate', () => {
  const rates = async (config: Partial<PpoConfig>): Promise<number[]> => {
    const { reports } = await trainSmall({ learningRate: 0.01, totalTimesteps: 240, ...config });
    return reports.map(({ agents }) => agents[0]!['charts/learning_rate']);
  };

  test('falls linearly and would reach 0 after the last iteration', async () => {
    expectClose(await rates({ annealLr: true }), [0.01, 0.0075, 0.005, 0.0025], 1e-6);
  });

  test.each([
    { numEnvs: 1, numSteps: 2, numMinibatches: 1, totalTimesteps: 2 * (2 ** 32 + 1) },
    { totalTimesteps: 2 ** 48 },
  ])('hardly falls in the first iterations of a very long run, %o', async (config) => {
    const trainer = await smallTrainer({ ...config, annealLr: true });
    const found: number[] = [];
    for await (const { agents } of trainer) {
      found.push(agents[0]!['charts/learning_rate']);
      if (found.length === 3) break;
    }
    trainer.destroy();
    expectClose(found, [1e-3, 1e-3, 1e-3], 1e-6);
  });

  test('stays where it is not annealed', async () => {
    expectClose(await rates({ annealLr: false }), [0.01, 0.01, 0.01, 0.01], 1e-6);
  });
});
