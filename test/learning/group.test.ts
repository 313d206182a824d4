/**
 * What group-relative advantages are for: episodes that differ by their start more than by the
 * actions.
 */
import { describe, expect, test } from 'vitest';
import type { PpoConfig } from '../../src/config/ppo-config';
import { defineEnvironment } from '../../src/environments/definition';
import { createTrainer } from '../../src/trainer/create-trainer';
import { actorCriticForward } from '../reference/actor-critic';
import { expectClose } from '../reference/expect-close';
import { openTestGpu } from '../support/gpu';
import { networkOf } from '../support/network';

const AGENTS = 4;

// Episodes of one step. Choice 1 pays 1, and either choice pays what the start was worth besides: a
// whole number below LUCK, which the observation does not show.
const SHADER = `import package::distributions::interface::Action;
import package::environments::interface::{Observation, Step};
import package::lib::rng::{Rng, random};

struct State {
  luck: f32,
}

fn reset(rng: ptr<function, Rng>) -> State {
  return State(floor(f32(constants::LUCK) * random(rng)));
}

fn step(state: ptr<function, State>, action: Action, rng: ptr<function, Rng>) -> Step {
  return Step(action[0] + (*state).luck, true);
}

fn observe(state: State) -> Observation {
  return Observation(1.0);
}
`;

const fortune = (luck: number) =>
  defineEnvironment({
    id: 'Fortune-v0',
    source: 'made up for the tests',
    observation: [{ name: 'one', low: 1, high: 1 }],
    action: { type: 'discrete', n: 2 },
    maxEpisodeSteps: null,
    params: { LUCK: luck },
    shader: SHADER,
  });

/** How probable the better choice is in the end, by agent. */
async function learned(luck: number, config: Partial<PpoConfig>): Promise<number[]> {
  const trainer = await createTrainer({
    gpu: await openTestGpu(),
    environment: fortune(luck),
    config: {
      seed: 1,
      numAgents: AGENTS,
      numEnvs: 16,
      numSteps: 8,
      totalTimesteps: 30 * 16 * 8,
      numMinibatches: 1,
      updateEpochs: 4,
      learningRate: 0.02,
      hiddenSizes: [],
      entCoef: 0,
      clipVloss: false,
      ...config,
    },
  });
  for await (const _ of trainer);
  const parameters = await trainer.parameters();
  const { layout } = trainer.run;
  trainer.destroy();
  return Array.from({ length: AGENTS }, (_, agent) => {
    const own = parameters.slice(
      agent * layout.parameterCount,
      (agent + 1) * layout.parameterCount,
    );
    const [left, right] = actorCriticForward(networkOf(layout, own), [1], 'tanh').parameters;
    return 1 / (1 + Math.exp(left! - right!));
  });
}

const LUCKS = { none: 1, overwhelming: 1024 } as const;

describe('advantages relative to a group that shares its start', () => {
  const group = { advantageEstimator: 'group', groupSize: 4, vfCoef: 0 } as const;

  test.each([false, true])(
    'do not notice what the start was worth, normAdv %s: all agents learn the better choice',
    async (normAdv) => {
      const plain = await learned(LUCKS.none, { ...group, normAdv });
      const lucky = await learned(LUCKS.overwhelming, { ...group, normAdv });
      expect(Math.min(...lucky)).toBeGreaterThan(0.95);
      expectClose(lucky, plain, 1e-5);
    },
  );
});

describe.each(['gae', 'returns'] as const)('%s with starts of all kinds', (advantageEstimator) => {
  test('learn as well where luck is none', async () => {
    expect(Math.min(...(await learned(LUCKS.none, { advantageEstimator })))).toBeGreaterThan(0.95);
  });

  // The choice makes 1 of a deviation of 1024 / √12 = 296.
  test('learn nothing where it is overwhelming', async () => {
    const probabilities = await learned(LUCKS.overwhelming, { advantageEstimator });
    expect(Math.max(...probabilities)).toBeLessThan(0.75);
  });
});
