/** Evaluations: what they depend on, and what they leave alone. */
import { describe, expect, test, vi } from 'vitest';
import { ConfigError } from '../../src/config/config-error';
import { LimitError } from '../../src/gpu/arena';
import { readTensor, writeTensor } from '../../src/gpu/readback';
import { clock, LIMIT } from '../rollout/clock';
import { openTestGpu } from '../support/gpu';
import { smallTrainer } from './training';

/** For what changes nothing. */
const trainerOfAll = smallTrainer();

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

describe('an option', () => {
  test.each<[string, object, string]>([
    ['0 episodes', { episodes: 0 }, 'episodes is 0; it must be an integer from 1'],
    ['half an episode', { episodes: 2.5 }, 'episodes is 2.5; it must be an integer from 1'],
    ['no number', { episodes: Number.NaN }, 'episodes is NaN; it must be an integer from 1'],
    ['no steps', { maxSteps: 0 }, 'maxSteps is 0; it must be an integer from 1'],
    ['endless steps', { maxSteps: Infinity }, 'maxSteps is Infinity; it must be an integer from 1'],
    ['a number for a choice', { greedy: 1 }, 'greedy is 1; it must be true or false'],
    ['no signal', { signal: 'stop' }, 'signal must be an AbortSignal'],
    [
      'a misspelt name',
      { episode: 5 },
      'evaluate has no option episode; there are episodes, greedy, maxSteps, seed, ' +
        'perEpisode, params, policy, signal',
    ],
    ['a number alone', 5 as unknown as object, 'evaluate takes an object of options, not 5'],
    [
      'two mistakes',
      { episodes: -1, maxSteps: -1 },
      'episodes is -1; it must be an integer from 1\nm',
    ],
  ])('is refused: %s', async (_, options, message) => {
    const trainer = await trainerOfAll;
    const error = await trainer.evaluate(options).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(ConfigError);
    expect((error as ConfigError).message).toContain(message);
  });

  test('that is refused does not use up episodes', async () => {
    const trainer = await smallTrainer({ seed: 3 });
    await expect(trainer.evaluate({ episodes: 0 })).rejects.toThrow(ConfigError);
    const options = { episodes: 7, greedy: false };
    expect(await trainer.evaluate(options)).toEqual(await evaluateFresh({ greedy: false }, 3));
    trainer.destroy();
  });

  test('seed leaves room for the seeds of the other agents', async () => {
    const trainer = await smallTrainer({ numAgents: 3 });
    const most = 2 ** 32 - 3;
    expect((await trainer.evaluate({ episodes: 2, seed: most })).endedEpisodes).toBe(6);
    const message = `seed is ${most + 1}; it must be an integer from 0 to ${most}`;
    await expect(trainer.evaluate({ seed: most + 1 })).rejects.toThrow(message);
    expect(() => trainer.play({ seed: most + 1 })).toThrow(message);
    trainer.destroy();
  });

  test('that is undefined is its default', async () => {
    const trainer = await trainerOfAll;
    const options = { greedy: undefined, maxSteps: undefined, signal: undefined };
    expect((await trainer.evaluate({ episodes: 3, ...options })).endedEpisodes).toBe(3);
  });
});

describe('more episodes than a device has room for', () => {
  const refusal = async (episodes: number): Promise<LimitError> => {
    const trainer = await trainerOfAll;
    const error = await trainer.evaluate({ episodes }).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(LimitError);
    return error as LimitError;
  };

  test('are refused by name, and the trainer goes on', async () => {
    const { device } = await openTestGpu();
    const most = 64 * device.limits.maxComputeWorkgroupsPerDimension;
    expect((await refusal(most + 1)).message).toMatch(
      /^\d+ episodes need \d+ workgroups, .*: evaluate fewer episodes at once \(episodes\)$/,
    );
    const { maxStorageBufferBindingSize, maxBufferSize } = device.limits;
    const bytes = Math.min(maxStorageBufferBindingSize, maxBufferSize);
    // 26 rows of observations, 4 numbers each.
    const perEpisode = 4 * 26 * 4;
    const { message } = await refusal(Math.min(most, Math.ceil(bytes / perEpisode) + 4));
    expect(message).toMatch(/^observations \[.* bytes in one buffer: evaluate fewer episodes/);
    expect((await (await trainerOfAll).evaluate({ episodes: 3 })).endedEpisodes).toBe(3);
  });
});

describe('where episodes do not end', () => {
  // Half of the environments end at their third step, the others never.
  const half = {
    ...clock,
    maxEpisodeSteps: null,
    shader: clock.shader.replace(
      'action[0] == 1.0',
      '(*state).name < 512.0 && (*state).steps == 3.0',
    ),
  };

  test('the returns are those of the others, which are counted', async () => {
    const trainer = await smallTrainer({ numAgents: 2 }, half);
    const result = await trainer.evaluate({ episodes: 11, maxSteps: 60 });
    expect(result).toMatchObject({ episodes: 11, meanReturn: 6, stdReturn: 0 });
    const counts = result.perAgent.map(({ endedEpisodes }) => endedEpisodes);
    expect(counts[0]! + counts[1]!).toBe(result.endedEpisodes);
    for (const count of counts) {
      expect(count).toBeGreaterThan(0);
      expect(count).toBeLessThan(11);
    }
    trainer.destroy();
  });

  test('there are no returns where none ends', async () => {
    const idle = { ...half, shader: half.shader.replace('< 512.0', '< 0.0') };
    const trainer = await smallTrainer({}, idle);
    const none = { meanReturn: Number.NaN, stdReturn: Number.NaN, endedEpisodes: 0 };
    const result = await trainer.evaluate({ episodes: 2, maxSteps: 30 });
    expect(result).toEqual({ episodes: 2, ...none, perAgent: [none] });
    trainer.destroy();
  });

  test('an episode may take just as many steps as it is allowed', async () => {
    const all = { ...half, shader: half.shader.replace('< 512.0', '< 2000.0') };
    const trainer = await smallTrainer({}, all);
    // The device plays 25 steps at a time; what ends behind the limit does not count.
    expect((await trainer.evaluate({ episodes: 2, maxSteps: 2 })).endedEpisodes).toBe(0);
    expect((await trainer.evaluate({ episodes: 2, maxSteps: 3 })).endedEpisodes).toBe(2);
    trainer.destroy();
  });

  test("an environment's own time limit ends them, however long", async () => {
    const trainer = await smallTrainer({}, { ...half, maxEpisodeSteps: 70 });
    const { endedEpisodes } = await trainer.evaluate({ episodes: 20 });
    expect(endedEpisodes).toBe(20);
    expect((await trainer.evaluate({ episodes: 20, maxSteps: 69 })).endedEpisodes).toBeLessThan(20);
    trainer.destroy();
  });
});

test('an evaluation goes to the device in parts', async () => {
  const trainer = await smallTrainer();
  const { queue } = (await openTestGpu()).device;
  const submit = vi.spyOn(queue, 'submit');
  await trainer.evaluate({ episodes: 3 });
  // The first look at 25 steps of several dispatches each is cut by count, since nothing is
  // measured yet.
  expect(submit.mock.calls.length).toBeGreaterThan(40);
  submit.mockRestore();
  trainer.destroy();
});

describe('with normalized observations', () => {
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
