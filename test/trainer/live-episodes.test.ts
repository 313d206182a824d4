/** Environments beside training: they live on with the newest policy, and change nothing. */
import { describe, expect, test } from 'vitest';
import { ConfigError } from '../../src/config/config-error';
import { connectFour } from '../../src/environments/connect-four';
import { ENVIRONMENTS } from '../../src/environments/index';
import { TrainerError } from '../../src/trainer/lifecycle';
import type { LiveOptions } from '../../src/trainer/live-options';
import type { LiveState } from '../../src/trainer/played-step';
import type { Trainer } from '../../src/trainer/trainer';
import { clock, LIMIT } from '../rollout/clock';
import { smallTrainer } from './training';

/** The first steps, [step][environment]. */
async function firstSteps(
  trainer: Trainer,
  count: number,
  options: LiveOptions = {},
): Promise<LiveState[][]> {
  const steps: LiveState[][] = [];
  for await (const step of trainer.live({ environments: 3, ...options })) {
    steps.push(Array.from({ length: step.environments }, (_, index) => step.at(index)));
    if (steps.length === count) break;
  }
  return steps;
}

/** Steps of a new trainer, which is gone afterwards. */
async function liveFresh(
  count: number,
  options: LiveOptions,
  ...run: Parameters<typeof smallTrainer>
): Promise<LiveState[][]> {
  const trainer = await smallTrainer(...run);
  const steps = await firstSteps(trainer, count, options);
  trainer.destroy();
  return steps;
}

test.each(ENVIRONMENTS.map((environment) => [environment.id, environment] as const))(
  '%s lives on',
  async (_, environment) => {
    const steps = await liveFresh(13, {}, { hiddenSizes: [7] }, environment);
    for (const states of steps) {
      for (const { observation } of states) {
        expect(observation.every(Number.isFinite)).toBe(true);
        expect(observation.length).toBe(environment.observation.length);
      }
    }
  },
);

// Sizes that are no multiples of 4 have no fused kernels.
test.each([[[7]], [[8, 8]]])(
  'with layers of %j, an episode begins where the last one ended',
  async (hiddenSizes) => {
    const steps = await liveFresh(45, {}, { hiddenSizes });
    let endings = 0;
    for (const [at, states] of steps.entries()) {
      for (const [index, { state, observation, terminated, reward }] of states.entries()) {
        // CartPole observes all of its state.
        expect(Object.values(state)).toEqual(observation);
        expect(reward).toBe(1);
        const next = steps[at + 1]?.[index];
        if (!next) continue;
        const { position } = next.state as Readonly<Record<string, number>>;
        const { velocity, position: before } = state as Readonly<Record<string, number>>;
        if (terminated) expect(Math.abs(position!)).toBeLessThan(0.0501);
        else expect(position).toBeCloseTo(before! + 0.02 * velocity!, 5);
        endings += Number(terminated);
      }
    }
    expect(endings).toBeGreaterThan(2);
  },
);

test('the time limit ends episodes, too', async () => {
  const steps = await liveFresh(4 * LIMIT, {}, {}, clock);
  const all = steps.flat();
  expect(all.some(({ truncated }) => truncated)).toBe(true);
  expect(all.some(({ terminated }) => terminated)).toBe(true);
  for (const [at, states] of steps.slice(1).entries()) {
    for (const [index, { state }] of states.entries()) {
      const before = steps[at]![index]!;
      const ended = before.terminated || before.truncated;
      const { steps: count } = before.state as { readonly steps: number };
      expect(state).toMatchObject({ steps: ended ? 0 : count + 1 });
    }
  }
});

test('training is as it would have been, and its evaluations too', async () => {
  const [plain, watched] = [await smallTrainer(), await smallTrainer()];
  for await (const _ of plain);
  const live = watched.live({ environments: 2 });
  for await (const _ of watched) for (let step = 0; step < 4; step++) await live.next();
  await live.return();
  expect(await watched.parameters()).toEqual(await plain.parameters());
  expect(await watched.evaluate()).toEqual(await plain.evaluate());
  plain.destroy();
  watched.destroy();
});

test('the newest policy acts', async () => {
  // A step that is large enough to decide the actions.
  const run = [{ learningRate: 0.1, totalTimesteps: 5 * 12 * 9 }] as const;
  const [still, trained] = [await smallTrainer(...run), await smallTrainer(...run)];
  const options = { greedy: true, environments: 40 };
  const [first, second] = [still.live(options), trained.live(options)];
  const actionsOf = async (live: typeof first): Promise<number[][]> => {
    const { value } = await live.next();
    return Array.from({ length: value!.environments }, (_, at) => [...value!.at(at).action]);
  };
  expect(await actionsOf(second)).toEqual(await actionsOf(first));
  for await (const _ of trained);
  const later = async (live: typeof first): Promise<number[][][]> => {
    const steps: number[][][] = [];
    for (let step = 0; step < 40; step++) steps.push(await actionsOf(live));
    return steps;
  };
  expect(await later(second)).not.toEqual(await later(first));
  await Promise.all([first.return(), second.return()]);
  still.destroy();
  trained.destroy();
});

describe('options', () => {
  test('choose the seed and the agent', async () => {
    const trainer = await smallTrainer({ numAgents: 2, seed: 4 });
    const first = await firstSteps(trainer, 3);
    expect(await firstSteps(trainer, 3)).toEqual(first);
    expect(await firstSteps(trainer, 3, { seed: 4 })).toEqual(first);
    expect(await firstSteps(trainer, 3, { seed: 9 })).not.toEqual(first);
    // A member of a population equals an agent alone with its seed.
    expect(await firstSteps(trainer, 3, { agent: 1 })).toEqual(await liveFresh(3, {}, { seed: 5 }));
    trainer.destroy();
  });

  test.each([
    [{ environments: 0 }, 'environments is 0; it must be an integer from 1'],
    [{ greedy: 1 }, 'greedy is 1; it must be true or false'],
    [{ agent: 1 }, 'agent is 1; it must be an integer from 0 to 0'],
    [{ episodes: 2 }, 'live has no option episodes; there are environments, greedy'],
  ])('%j is refused', async (options, message) => {
    const trainer = await smallTrainer();
    const live = (): unknown => trainer.live(options as LiveOptions);
    expect(live).toThrow(ConfigError);
    expect(live).toThrow(message);
    trainer.destroy();
  });

  test('a signal ends it with its reason', async () => {
    const trainer = await smallTrainer();
    const controller = new AbortController();
    const live = trainer.live({ signal: controller.signal });
    await live.next();
    controller.abort(new Error('enough'));
    await expect(live.next()).rejects.toThrow('enough');
    trainer.destroy();
  });
});

test('the mask of a state is there, where actions have one', async () => {
  const steps = await liveFresh(60, {}, {}, connectFour);
  let forbidden = 0;
  for (const { state, mask, action } of steps.flat()) {
    const { stones } = state as { readonly stones: readonly (readonly [number, number])[] };
    const ROWS = 6;
    expect(mask).toEqual(stones.map(([own, other]) => ((own | other) & (1 << (ROWS - 1))) === 0));
    expect(mask![action[0]!]).toBe(true);
    forbidden += mask!.filter((isAllowed) => !isAllowed).length;
  }
  expect(forbidden).toBeGreaterThan(0);
  const [without] = await liveFresh(1, {});
  expect(without!.map(({ mask }) => mask)).toEqual([undefined, undefined, undefined]);
});

test('an environment that is not there is refused', async () => {
  const trainer = await smallTrainer();
  for await (const step of trainer.live({ environments: 2 })) {
    const text = 'environment is 2; it must be an integer from 0 to 1';
    expect(() => step.at(2)).toThrow(new RangeError(text));
    break;
  }
  trainer.destroy();
});

test('a trainer that was destroyed ends it', async () => {
  const trainer = await smallTrainer();
  const live = trainer.live();
  await live.next();
  trainer.destroy();
  await expect(live.next()).rejects.toThrow(TrainerError);
});
