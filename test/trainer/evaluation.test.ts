/** Evaluations: what they depend on, and what they leave alone. */
import { describe, expect, test } from 'vitest';
import { readTensor, writeTensor } from '../../src/gpu/readback';
import { clock, LIMIT } from '../rollout/clock';
import { openTestGpu } from '../support/gpu';
import { smallTrainer } from './training';

async function take(
  trainer: Awaited<ReturnType<typeof smallTrainer>>,
  count: number,
): Promise<void> {
  let taken = 0;
  for await (const _ of trainer) {
    taken += 1;
    if (taken === count) break;
  }
}

const evaluateFresh = async (options: { readonly greedy: boolean }, seed = 2) => {
  const trainer = await smallTrainer({ seed });
  const evaluation = await trainer.evaluate({ episodes: 7, ...options });
  trainer.destroy();
  return evaluation;
};

test.each([true, false])(
  'with greedy %s the same policy and seed play the same episodes',
  async (greedy) => {
    const [first, second] = [await evaluateFresh({ greedy }), await evaluateFresh({ greedy })];
    expect(second).toEqual(first);
    expect(first.episodes).toBe(7);
    expect(first.meanReturn).toBeGreaterThan(1);
    expect(await evaluateFresh({ greedy }, 5)).not.toEqual(first);
  },
);

test('a sampled evaluation differs from a greedy one', async () => {
  const greedy = await evaluateFresh({ greedy: true });
  const sampled = await evaluateFresh({ greedy: false });
  expect(sampled).not.toEqual(greedy);
});

test('every evaluation plays episodes of its own', async () => {
  const trainer = await smallTrainer();
  const [first, second] = [await trainer.evaluate(), await trainer.evaluate()];
  expect(first.episodes).toBe(100);
  expect(second).not.toEqual(first);
  trainer.destroy();
});

test('evaluations between iterations leave training as it would have been', async () => {
  const [plain, watched] = [await smallTrainer(), await smallTrainer()];
  await take(plain, 3);
  const iterator = watched[Symbol.asyncIterator]();
  for (let iteration = 0; iteration < 3; iteration++) {
    await watched.evaluate({ episodes: 3, greedy: iteration === 1 });
    await iterator.next();
  }
  expect(await watched.parameters()).toEqual(await plain.parameters());
  expect((await iterator.next()).done).toBe(true);
  plain.destroy();
  watched.destroy();
});

test('the numbers are those of the episodes, per agent and over all', async () => {
  // Whatever the policy does, an episode of this world lasts at most 3 steps and returns 1, 3 or 6.
  const trainer = await smallTrainer({ numAgents: 3 }, clock);
  const { meanReturn, stdReturn, perAgent, episodes } = await trainer.evaluate({
    episodes: 11,
    greedy: false,
  });
  expect(episodes).toBe(11);
  expect(perAgent.length).toBe(3);
  const mean = perAgent.reduce((sum, agent) => sum + agent.meanReturn / 3, 0);
  expect(meanReturn).toBeCloseTo(mean, 6);
  const square = perAgent.reduce(
    (sum, agent) => sum + (agent.stdReturn ** 2 + agent.meanReturn ** 2) / 3,
    0,
  );
  expect(stdReturn).toBeCloseTo(Math.sqrt(square - mean ** 2), 6);
  for (const agent of perAgent) {
    // A sum of 1s, 3s and 6s over 11 episodes.
    expect(agent.meanReturn * 11).toBeCloseTo(Math.round(agent.meanReturn * 11), 3);
    expect(agent.meanReturn).toBeLessThanOrEqual((LIMIT * (LIMIT + 1)) / 2);
  }
  expect(new Set(perAgent.map((agent) => agent.meanReturn)).size).toBeGreaterThan(1);
  trainer.destroy();
});

test('an episode longer than one look at the device is played to its end', async () => {
  // No step ends it: 60 steps of reward 1, 2, 3, … make 60 · 61 / 2.
  const idle = { ...clock, shader: clock.shader.replace('action[0] == 1.0', 'false') };
  const trainer = await smallTrainer({}, { ...idle, maxEpisodeSteps: 60 });
  const evaluation = await trainer.evaluate({ episodes: 3 });
  expect(evaluation).toMatchObject({ meanReturn: 1830, stdReturn: 0 });
  trainer.destroy();
});

test.each([0, -1, 2.5, Number.NaN])('%s episodes are refused', async (episodes) => {
  const trainer = await smallTrainer({ seed: 2 });
  await expect(trainer.evaluate({ episodes })).rejects.toThrow(
    `episodes is ${episodes}; it may be`,
  );
  trainer.destroy();
});

describe('with normalised observations', () => {
  const normalized = (config = {}) => smallTrainer({ normObs: true, ...config });
  const wordsOf = async ({ state }: Awaited<ReturnType<typeof smallTrainer>>) => {
    const bytes = await readTensor(await openTestGpu(), state.normalizer.observationMoments);
    return new Float32Array(bytes);
  };

  test("an evaluation leaves training's statistics alone", async () => {
    const trainer = await normalized();
    await take(trainer, 2);
    const before = await wordsOf(trainer);
    expect(before[0]).toBeGreaterThan(0);
    await trainer.evaluate({ episodes: 7 });
    expect(await wordsOf(trainer)).toEqual(before);
    trainer.destroy();
  });

  test('an evaluation sees through the statistics', async () => {
    const evaluateWith = async (change: (words: Float32Array) => void) => {
      const trainer = await normalized();
      await take(trainer, 1);
      const words = await wordsOf(trainer);
      change(words);
      writeTensor(await openTestGpu(), trainer.state.normalizer.observationMoments, words);
      const evaluation = await trainer.evaluate({ episodes: 7 });
      trainer.destroy();
      return evaluation;
    };
    const usual = await evaluateWith(() => {});
    expect(await evaluateWith(() => {})).toEqual(usual);
    // The mean of the pole's angle, [O] = position, velocity, angle, angular velocity.
    const moved = await evaluateWith((words) => {
      words[2 * 3 + 1]! += 1;
    });
    expect(moved).not.toEqual(usual);
  });

  test('before the first iteration it is that of the plain observations', async () => {
    const [plain, trainer] = [await smallTrainer(), await normalized()];
    const options = { episodes: 7 };
    expect(await trainer.evaluate(options)).toEqual(await plain.evaluate(options));
    plain.destroy();
    trainer.destroy();
  });
});
