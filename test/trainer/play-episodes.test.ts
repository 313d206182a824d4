/** Episodes step by step: they are those of evaluations. */
import { describe, expect, test } from 'vitest';
import { ConfigError } from '../../src/config/config-error';
import { cartpole } from '../../src/environments/cartpole';
import { type EnvironmentDefinition, EnvironmentError } from '../../src/environments/definition';
import { ENVIRONMENTS } from '../../src/environments/index';
import { TrainerError } from '../../src/trainer/lifecycle';
import type { PlayOptions } from '../../src/trainer/play-options';
import type { PlayedStep } from '../../src/trainer/played-step';
import type { Trainer } from '../../src/trainer/trainer';
import { expectClose } from '../reference/expect-close';
import { clock, LIMIT } from '../rollout/clock';
import { echo } from '../support/echo';
import { openTestGpu } from '../support/gpu';
import { roundHalf } from '../support/half';
import { smallTrainer } from './training';

/** For what changes nothing. */
const trainerOfAll = smallTrainer();

async function stepsOf(trainer: Trainer, options: PlayOptions): Promise<PlayedStep[]> {
  const steps: PlayedStep[] = [];
  for await (const step of trainer.play(options)) steps.push(step);
  return steps;
}

/** Steps of a new trainer, which is gone afterwards. */
async function playFresh(
  options: PlayOptions,
  ...run: Parameters<typeof smallTrainer>
): Promise<PlayedStep[]> {
  const trainer = await smallTrainer(...run);
  const steps = await stepsOf(trainer, options);
  trainer.destroy();
  return steps;
}

function byEpisode(steps: readonly PlayedStep[]): PlayedStep[][] {
  const count = Math.max(...steps.map(({ episode }) => episode)) + 1;
  return Array.from({ length: count }, (_, index) =>
    steps.filter(({ episode }) => episode === index),
  );
}

const returnOf = (steps: readonly PlayedStep[]): number =>
  steps.reduce((sum, { reward }) => sum + reward, 0);

function moments(values: readonly number[]): [mean: number, std: number] {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const square = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
  return [mean, Math.sqrt(square)];
}

const EPISODES = 6;

/** A time limit beyond one look at the device, so that both see where looks meet. */
const longer = (environment: EnvironmentDefinition): EnvironmentDefinition => ({
  ...environment,
  maxEpisodeSteps: 60,
});

/** Those whose fused kernels, which take long to compile, are compared too. */
const FUSED = ['CartPole-v1', 'Pendulum-v1'];

describe.each(ENVIRONMENTS.map((environment) => [environment.id, environment] as const))(
  'with %s',
  (id, environment) => {
    test.each<readonly [greedy: boolean, sizes: readonly number[]]>([
      [true, [7]],
      [false, [7]],
      ...(FUSED.includes(id) ? [[false, [8, 8]] as const] : []),
    ])(
      'greedy %s and layers of %j: the episodes are those of an evaluation',
      async (greedy, sizes) => {
        const run = [{ hiddenSizes: sizes }, longer(environment)] as const;
        const trainer = await smallTrainer(...run);
        const options = { episodes: EPISODES, greedy };
        const { results } = await trainer.evaluate({ ...options, perEpisode: true });
        trainer.destroy();
        const episodes = byEpisode(await playFresh(options, ...run));
        expect(episodes.length).toBe(EPISODES);
        for (const [index, { return: sum, length }] of results![0]!.entries()) {
          expect(episodes[index]!.length).toBe(length);
          expectClose([returnOf(episodes[index]!)], [sum], 1e-5, 1);
        }
      },
    );
  },
);

// Sizes that are no multiples of 4 have no fused kernels.
test.each([[[7]], [[8, 8]]])(
  'with layers of %j steps follow each other to the end',
  async (sizes) => {
    const config = { hiddenSizes: sizes };
    const steps = await playFresh({ episodes: 3, greedy: false }, config, longer(cartpole));
    for (const [index, episode] of byEpisode(steps).entries()) {
      for (const [at, step] of episode.entries()) {
        expect(step).toMatchObject({ episode: index, step: at });
        // CartPole observes all of its state.
        expect(Object.values(step.state)).toEqual(step.observation);
        const next = episode[at + 1];
        const ended = step.terminated || step.truncated;
        expect(ended).toBe(next === undefined);
        if (!next) continue;
        expect(next.state).toEqual(step.nextState);
        expect(next.observation).toEqual(step.nextObservation);
      }
    }
  },
);

test('the state after the last step is the one that ended the episode', async () => {
  const [steps] = byEpisode(await playFresh({ greedy: false, seed: 4 }));
  const { nextState, nextObservation, terminated, state } = steps!.at(-1)!;
  const { position, angle } = nextState as Readonly<Record<string, number>>;
  expect(terminated).toBe(true);
  expect(Math.abs(position!) > 2.4 || Math.abs(angle!) > (12 / 180) * Math.PI).toBe(true);
  expect(Math.abs((state as Readonly<Record<string, number>>).angle!)).toBeLessThan(0.2095);
  expectClose([nextObservation[0]!, nextObservation[2]!], [position!, angle!], 0);
});

test('rewards, endings and numbers of steps are those of the environment', async () => {
  const steps = await playFresh({ episodes: 20, greedy: false }, {}, clock);
  for (const episode of byEpisode(steps)) {
    for (const [index, { action, reward, terminated, truncated, state }] of episode.entries()) {
      expect(state).toMatchObject({ steps: index });
      expect(reward).toBe(index + 1);
      expect(terminated).toBe(action[0] === 1);
      // Where both fall together, the task has ended.
      expect(truncated).toBe(action[0] === 0 && index + 1 === LIMIT);
    }
  }
  expect(new Set(steps.map(({ action }) => action[0]))).toEqual(new Set([0, 1]));
});

test.each([
  ['clipped', {}, 0],
  ['squashed', { squashActions: true }, 1e-5],
])('a %s action is the executed one', async (_, config, tolerance) => {
  const environment = echo({ low: [-0.5, 3], high: [0.25, 11] });
  const steps = await playFresh({ episodes: 2, greedy: false }, config, environment);
  expect(steps.length).toBe(10);
  for (const { action, nextObservation } of steps) {
    expectClose(action, nextObservation, tolerance);
  }
});

const gpu = await openTestGpu();

describe.runIf(gpu.device.features.has('shader-f16'))('in half precision', () => {
  test('observations are read as such', async () => {
    const steps = await playFresh({ seed: 3 }, { storage: 'f16' });
    for (const { state, observation } of steps) {
      const exact = Object.values(state) as number[];
      expect(observation).toEqual(exact.map(roundHalf));
    }
  });
});

describe('episodes', () => {
  test('differ from call to call, but not those of one seed', async () => {
    const trainer = await smallTrainer();
    const play = (options: PlayOptions) => stepsOf(trainer, { greedy: false, ...options });
    const [first, second] = [await play({}), await play({})];
    expect(second).not.toEqual(first);
    const [seeded, again] = [await play({ seed: 9 }), await play({ seed: 9 })];
    expect(again).toEqual(seeded);
    expect(await play({ seed: 10 })).not.toEqual(seeded);
    // The run's own seed plays the episodes of its first evaluation.
    expect(await play({ seed: trainer.config.seed })).toEqual(first);
    trainer.destroy();
  });

  test('are those of the wanted agent', async () => {
    const play = (agent: number) => playFresh({ agent, episodes: 2 }, { numAgents: 3, seed: 4 });
    // A member of a population equals an agent trained alone with its seed.
    const alone = await playFresh({ episodes: 2 }, { seed: 6 });
    expect(await play(2)).toEqual(alone);
    expect(await play(1)).not.toEqual(alone);
  });

  test.each([[[7]], [[8, 8]]])(
    'of each agent are those that evaluate plays, with layers of %j',
    async (hiddenSizes) => {
      const own = { numAgents: 3, learningRate: [1e-3, 1e-2, 3e-2], normObs: true };
      const trainer = await smallTrainer({ ...own, hiddenSizes }, longer(cartpole));
      for await (const _ of trainer);
      const options = { episodes: 4, greedy: false, seed: 5 };
      const { results } = await trainer.evaluate({ ...options, perEpisode: true });
      for (const [agent, expected] of results!.entries()) {
        const episodes = byEpisode(await stepsOf(trainer, { ...options, agent }));
        expect(episodes.map((steps) => steps.length)).toEqual(expected.map(({ length }) => length));
      }
      trainer.destroy();
    },
  );

  test('are abandoned after as many steps as are allowed', async () => {
    const idle = { ...clock, shader: clock.shader.replace('action[0] == 1.0', 'false') };
    const endless = { ...idle, maxEpisodeSteps: null };
    const steps = await playFresh({ episodes: 2, maxSteps: 27 }, {}, endless);
    expect(steps.length).toBe(2 * 27);
    expect(steps.some(({ terminated, truncated }) => terminated || truncated)).toBe(false);
  });

  test('leave training as it would have been', async () => {
    const [plain, watched] = [await smallTrainer(), await smallTrainer()];
    for await (const _ of plain);
    for await (const _ of watched) await stepsOf(watched, { greedy: false });
    expect(await watched.parameters()).toEqual(await plain.parameters());
    plain.destroy();
    watched.destroy();
  });

  test('see through the statistics of observations', async () => {
    const trainer = await smallTrainer({ normObs: true });
    for await (const _ of trainer);
    const evaluation = await trainer.evaluate({ episodes: 4 });
    // The second evaluation is the play's.
    const other = await smallTrainer({ normObs: true });
    for await (const _ of other);
    const returns = byEpisode(await stepsOf(other, { episodes: 4 })).map(returnOf);
    expectClose([moments(returns)[0]], [evaluation.meanReturn], 1e-6);
    trainer.destroy();
    other.destroy();
  });
});

describe('an end before the last step', () => {
  test('frees the memory', async () => {
    const trainer = await trainerOfAll;
    for (let time = 0; time < 3; time++) {
      for await (const { step } of trainer.play({ episodes: 5 })) if (step === 2) break;
    }
    expect((await stepsOf(trainer, { maxSteps: 2 })).length).toBe(2);
  });

  test('by a signal rejects with its reason', async () => {
    const trainer = await trainerOfAll;
    const abort = new AbortController();
    const steps = trainer.play({ episodes: 5, signal: abort.signal });
    await steps.next();
    abort.abort(new Error('seen enough'));
    await expect(steps.next()).rejects.toThrow('seen enough');
    expect(await steps.next()).toEqual({ done: true, value: undefined });
  });

  test('by destroying the trainer rejects', async () => {
    const trainer = await smallTrainer();
    const steps = trainer.play();
    await steps.next();
    trainer.destroy();
    await expect(steps.next()).rejects.toThrow(TrainerError);
    expect(() => trainer.play()).toThrow(TrainerError);
  });
});

describe('an option', () => {
  test.each<[string, object, string]>([
    ['0 episodes', { episodes: 0 }, 'episodes is 0; it must be an integer from 1'],
    ['no agent of the run', { agent: 1 }, 'agent is 1; it must be an integer from 0 to 0'],
    ['a negative seed', { seed: -1 }, 'seed is -1; it must be an integer from 0 to 4294967295'],
    ['half a step', { maxSteps: 0.5 }, 'maxSteps is 0.5; it must be an integer from 1'],
    ['a number for a choice', { greedy: 1 }, 'greedy is 1; it must be true or false'],
    [
      'a misspelt name',
      { episode: 5 },
      'play has no option episode; there are episodes, greedy, agent, seed, maxSteps, params, ' +
        'policy, signal',
    ],
    ['a number alone', 5 as unknown as object, 'play takes an object of options, not 5'],
  ])('is refused: %s', async (_, options, message) => {
    const trainer = await trainerOfAll;
    expect(() => trainer.play(options)).toThrow(ConfigError);
    expect(() => trainer.play(options)).toThrow(message);
  });
});

test('more episodes than the device has room for are refused by name', async () => {
  const { device } = await openTestGpu();
  const episodes = 64 * device.limits.maxComputeWorkgroupsPerDimension + 1;
  await expect((await trainerOfAll).play({ episodes }).next()).rejects.toThrow(
    /^\d+ episodes need \d+ workgroups, .*: play fewer episodes at once \(episodes\)$/,
  );
});

test('a State that is not understood is refused with the file, but trains', async () => {
  const shader = cartpole.shader.replace('struct State {', 'struct State { @size(1 << 2)');
  const trainer = await smallTrainer({}, { ...cartpole, shader, file: 'my/pole.wesl' });
  const first = trainer.play().next();
  await expect(first).rejects.toThrow(EnvironmentError);
  await expect(first).rejects.toThrow(
    "my/pole.wesl: State's @size is 1<<2, which is not understood",
  );
  expect((await trainer.evaluate({ episodes: 2 })).endedEpisodes).toBe(2);
  trainer.destroy();
});
