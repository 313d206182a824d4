/**
 * The time limit is no end of the task: what a critic learns where the value is known in closed
 * form.
 */
import { describe, expect, test } from 'vitest';
import { defineEnvironment } from '../../src/environments/definition';
import { createTrainer } from '../../src/trainer/create-trainer';
import { actorCriticForward } from '../reference/actor-critic';
import { openTestGpu } from '../support/gpu';
import { networkOf } from '../support/network';

const LIMIT = 5; // steps
const GAMMA = 0.9;

// Every step pays 1, whatever is done. The observation is always 1: the critic is a single number.
const SHADER = `import package::distributions::interface::Action;
import package::environments::interface::{Observation, Step};
import package::lib::rng::Rng;

struct State {
  steps: u32,
}

fn reset(rng: ptr<function, Rng>) -> State {
  return State(0u);
}

fn step(state: ptr<function, State>, action: Action, rng: ptr<function, Rng>) -> Step {
  (*state).steps += 1u;
  return Step(1.0, constants::ENDS > 0 && (*state).steps == u32(constants::LIMIT));
}

fn observe(state: State) -> Observation {
  return Observation(1.0);
}
`;

/** Episodes of LIMIT steps: cut by the clock, or (`ends`) declared to be the end of the task. */
const wage = (ends: boolean) =>
  defineEnvironment({
    id: 'Wage-v0',
    source: 'made up for the tests',
    observation: [{ name: 'one', low: 1, high: 1 }],
    action: { type: 'discrete', n: 2 },
    maxEpisodeSteps: ends ? null : LIMIT,
    params: { ENDS: Number(ends), LIMIT },
    shader: SHADER,
  });

/** The value that the critic of a real run ends with. */
async function learnedValue(ends: boolean, gaeLambda: number): Promise<number> {
  const trainer = await createTrainer({
    gpu: await openTestGpu(),
    environment: wage(ends),
    config: {
      seed: 1,
      gamma: GAMMA,
      gaeLambda,
      numEnvs: 4,
      // Two whole episodes: nothing is cut by the end of a rollout.
      numSteps: 2 * LIMIT,
      totalTimesteps: 200 * 4 * 2 * LIMIT,
      numMinibatches: 1,
      updateEpochs: 4,
      learningRate: 0.1,
      hiddenSizes: [],
      clipVloss: false,
      entCoef: 0,
      maxGradNorm: 100,
    },
  });
  for await (const { agents } of trainer) expect(agents[0]!.episodes.maxLength).toBe(LIMIT);
  const network = networkOf(trainer.run.layout, await trainer.parameters());
  trainer.destroy();
  return actorCriticForward(network, [1], 'tanh').value;
}

const TOLERANCE = 0.02;

/** 1/5 Σ γ^n for n = 1 … 5 steps to the limit: (0.9 + 0.81 + 0.729 + 0.6561 + 0.59049) / 5 */
const MEAN_DISCOUNT = 0.737118;

describe.each([0, 0.5, 1])('lambda %d', (lambda) => {
  // No task ends, so V = 1 + γ V = 1 / (1 - γ) = 10 in every step. Bootstrapping with that value
  // makes it consistent for any λ: with λ = 1, n steps before the limit, R = (1 - γ^n) / (1 - γ) +
  // γ^n V; the mean over n is 10 (1 - 0.737118) + 0.737118 V, and V = 10 solves V = R.
  test('cut by the clock, a step is worth 1 / (1 - gamma) = 10', async () => {
    expect(Math.abs((await learnedValue(false, lambda)) - 10)).toBeLessThan(TOLERANCE);
  });
});

describe('with the same limit declared to be an end of the task', () => {
  // λ = 1: n steps before the end R = (1 - γ^n) / (1 - γ), and the critic sees no clock: it learns
  // the mean over n = 1 … 5, 10 (1 - 0.737118) = 2.62882, which is 7.37118 too low.
  test('and lambda 1 it is the mean of the five sums, too low by 10 · 0.737118', async () => {
    const value = await learnedValue(true, 1);
    expect(Math.abs(value - 10 * (1 - MEAN_DISCOUNT))).toBeLessThan(TOLERANCE);
    expect(Math.abs(10 - value - 10 * MEAN_DISCOUNT)).toBeLessThan(TOLERANCE);
  });

  // λ = 0: R = 1 + γ V in four steps of five and R = 1 in the last: V = 1 + 4/5 γ V = 1 / (1 -
  // 0.72).
  test('and lambda 0 it is 1 / (1 - 0.72), too low by 6.42857', async () => {
    const value = await learnedValue(true, 0);
    expect(Math.abs(value - 1 / 0.28)).toBeLessThan(TOLERANCE);
    expect(Math.abs(10 - value - 6.42857)).toBeLessThan(TOLERANCE);
  });
});
