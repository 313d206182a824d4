import { describe, expect, test } from 'vitest';
import { type ActorCritic, flatten } from './actor-critic';
import { cartPole } from './cartpole';
import { categorical } from './distributions';
import type { Environment } from './environment';
import { expectClose } from './expect-close';
import { mean } from './moments';
import { adaptRates, annealFactor, epochOrder, trainIteration } from './ppo';
import { PLAIN_LOSS } from './ppo-loss';
import { Rng } from './rng';
import { rollout } from './rollout';
import { initialAgent, type PpoSettings } from './train-state';

const SETTINGS: PpoSettings = {
  ...PLAIN_LOSS,
  seed: 1,
  domain: 0,
  numEnvs: 3,
  numSteps: 8,
  numMinibatches: 2,
  updateEpochs: 2,
  iterations: 10,
  learningRate: 1e-3,
  criticLearningRate: 1e-3,
  annealLr: true,
  annealClip: false,
  annealEnt: false,
  annealKl: false,
  desiredKl: 0.01,
  targetKl: 0,
  weightDecay: 0,
  gamma: 0.5,
  gaeLambda: 0.5,
  advantageEstimator: 'gae',
  groupSize: 2,
  recomputeAdvantages: false,
  minibatchBy: 'samples',
  clipCoef: 0.2,
  clipVlossCoef: 0.2,
  vfCoef: 0.5,
  entCoef: 0.01,
  maxGradNorm: 0.5,
  normAdv: true,
  adamEps: 1e-5,
  activation: 'tanh',
  normObs: false,
  clipObs: 10,
  normReward: false,
  clipReward: 0,
};

/** Counts up from 1 with each step; ends at `end`, or by the clock after 3 steps. */
const counter = (end: number): Environment<number> => ({
  maxEpisodeSteps: 3,
  reset: () => 1,
  step: (state) => ({ state: state + 1, reward: state, terminated: state + 1 === end }),
  observe: (state) => [state],
});

/** V(x) = 10 x, and every action equally probable. */
const TENFOLD: ActorCritic = {
  actor: [{ weight: [[0], [0]], bias: [0, 0] }],
  critic: [{ weight: [[10]], bias: [0] }],
  logStd: [],
};

describe('one iteration', () => {
  const run = (end: number) => {
    const task = { environment: counter(end), distribution: categorical(2) };
    const settings = { ...SETTINGS, numEnvs: 1, numSteps: 4 };
    return trainIteration(initialAgent(TENFOLD, task, settings), task, settings);
  };

  test('the clock truncates and bootstraps from the final observation', () => {
    const { transitions, batch, finished, agent } = run(100);
    expect(transitions.flat().map((row) => row.observation[0])).toEqual([1, 2, 3, 1]);
    expect(transitions.flat().map((row) => row.truncated)).toEqual([false, false, true, false]);
    expect(transitions[2]![0]).toMatchObject({ terminated: false, finalValue: 40 });
    // A_2 = 3 + 0.5·40 - 30, A_3 = 1 + 0.5·20 - 10
    expect(batch.slice(2).map((sample) => sample.advantage)).toEqual([-7, 1]);
    expect(finished).toEqual([{ length: 3, return: 6 }]);
    expect(agent.episodes).toEqual([{ state: 2, length: 1, return: 1 }]);
  });

  test('an end of the task at the limit is no truncation', () => {
    const { transitions, batch } = run(4);
    expect(transitions[2]![0]).toMatchObject({ terminated: true, truncated: false, finalValue: 0 });
    // A_2 = 3 - 30
    expect(batch[2]!.advantage).toBe(-27);
  });

  test('the first update starts at KL 0 and no clipping', () => {
    const { updates, agent } = run(100);
    expect(updates.length).toBe(4);
    expect(updates[0]).toMatchObject({ approxKl: 0, clipfrac: 0 });
    expect(agent.adam.updates).toBe(4);
    expect(agent.iteration).toBe(1);
  });
});

test('the same seed gives the same agent, another seed another one', () => {
  const network: ActorCritic = {
    actor: [
      {
        weight: [
          [1, 2, 3, 4],
          [4, 3, 2, 1],
        ],
        bias: [0, 0],
      },
    ],
    critic: [{ weight: [[1, 1, 1, 1]], bias: [0] }],
    logStd: [],
  };
  const task = { environment: cartPole, distribution: categorical(2) };
  const run = (seed: number): number[] => {
    const settings = { ...SETTINGS, seed };
    const { agent } = trainIteration(initialAgent(network, task, settings), task, settings);
    return flatten(agent.network);
  };
  expect(run(1)).toEqual(run(1));
  expect(run(1)).not.toEqual(run(2));
});

test('every random number has the counter of its stream', () => {
  // Each reset gives a state of 10 + u, each step a reward of u, each action is 20 + u.
  const drawing: Environment<number> = {
    maxEpisodeSteps: 2,
    reset: (rng) => 10 + rng.random(),
    step: (state, _, rng) => ({ state, reward: rng.random(), terminated: false }),
    observe: (state) => [state],
  };
  const distribution = {
    ...categorical(2),
    sample: (_: readonly number[], rng: Rng) => [20 + rng.random()],
    logProb: () => 0,
  };
  const task = { environment: drawing, distribution };
  const u = (stream: number, iteration: number, step: number, n: number): number =>
    new Rng({ seed: 1, stream, domain: 0 }, iteration, step, n).random();
  const first = initialAgent(TENFOLD, task, SETTINGS);
  const { transitions } = rollout({ ...first, iteration: 6 }, task, SETTINGS);
  const row = transitions[3]![2]!;
  expect(row.action).toEqual([20 + u(1, 6, 3, 2)]);
  expect(row.reward).toBe(u(3, 6, 3, 2));
  // Its episode began with a reset after step 1.
  expect(row.observation).toEqual([10 + u(2, 6, 2, 2)]);
  expect(transitions[0]![2]!.observation).toEqual([10 + u(2, 0, 0, 2)]);
});

test('the minibatches of an epoch are the whole batch', () => {
  const task = { environment: counter(100), distribution: categorical(2) };
  const settings = { ...SETTINGS, learningRate: 0, criticLearningRate: 0 };
  const { batch, updates } = trainIteration(initialAgent(TENFOLD, task, settings), task, settings);
  // Without learning V stays V_old, and the value loss is 1/2 mean (V_old - R)^2.
  const expected = mean(batch.map((sample) => 0.5 * (sample.oldValue - sample.return) ** 2));
  const losses = updates.map((statistics) => statistics.valueLoss);
  expectClose([mean(losses.slice(0, 2)), mean(losses.slice(2))], [expected, expected], 1e-12);
  expect(losses[0]).not.toBe(losses[1]);
});

test('a schedule is constant, linear or half a cosine', () => {
  expect([1, 0.75, 0].map((left) => annealFactor(false, left))).toEqual([1, 1, 1]);
  expect([1, 0.75, 0].map((left) => annealFactor(true, left))).toEqual([1, 0.75, 0]);
  const half = (1 + Math.SQRT1_2) / 2;
  expectClose(
    [1, 0.75, 0].map((left) => annealFactor('cosine', left)),
    [1, half, 0],
    1e-15,
    1,
  );
});

test('an adaptive rate falls where KL is above twice the desired, rises below its half', () => {
  const rates = { learningRate: 1e-3, criticLearningRate: 2e-3 };
  const at = (kl: number): number => adaptRates(rates, kl, 0.01).learningRate;
  expectClose([0.03, 0.01, 0.004, 0].map(at), [1e-3 / 1.5, 1e-3, 1.5e-3, 1e-3], 1e-14);
  expectClose([adaptRates(rates, 1, 0.01).criticLearningRate], [2e-3 / 1.5], 1e-14);
  expect(adaptRates({ ...rates, learningRate: 9e-3 }, 0.001, 0.01).learningRate).toBe(1e-2);
  expect(adaptRates({ ...rates, learningRate: 1.1e-5 }, 1, 0.01).learningRate).toBe(1e-5);
});

test('an epoch visits the whole batch once', () => {
  const order = epochOrder(0, 0, 24, SETTINGS);
  expect([...order].sort((a, b) => a - b)).toEqual(Array.from({ length: 24 }, (_, b) => b));
  expect(epochOrder(0, 1, 24, SETTINGS)).not.toEqual(order);
  expect(epochOrder(1, 0, 24, SETTINGS)).not.toEqual(order);
});
