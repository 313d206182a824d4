/** Environments beside training that somebody else steers. */
import { describe, expect, test } from 'vitest';
import { cartpole } from '../../src/environments/cartpole';
import { connectFour } from '../../src/environments/connect-four';
import type { EnvironmentDefinition } from '../../src/environments/definition';
import { pendulum } from '../../src/environments/pendulum';
import type { Steer, SteeredState } from '../../src/trainer/live-options';
import type { LiveState } from '../../src/trainer/played-step';
import type { Trainer } from '../../src/trainer/trainer';
import { hostDrift } from '../environments/host-drift';
import { smallTrainer } from './training';

/** The first steps, [step][environment]. */
async function steps(trainer: Trainer, count: number, steer?: Steer): Promise<LiveState[][]> {
  const found: LiveState[][] = [];
  for await (const step of trainer.live({ environments: 2, steer })) {
    found.push([step.at(0), step.at(1)]);
    if (found.length === count) break;
  }
  return found;
}

const actions = (all: LiveState[][], environment: number): number[] =>
  all.map((states) => states[environment]!.action[0]!);

describe.each<[string, EnvironmentDefinition, number[]]>([
  ['choices', cartpole, [0, 1, 1, 1, 0, 0, 1, 0]],
  ['numbers', pendulum, [-2, 0.5, 2, 1.25, -1, 0, 2, -2]],
  ['two players', connectFour, [3, 2, 3, 2, 6, 5, 1, 0]],
])('%s', (_, environment, wanted) => {
  // Sizes that are no multiples of 4 have no fused kernels.
  test.each([[[7]], [[8, 8]]])('are executed, with layers of %j', async (hiddenSizes) => {
    const trainer = await smallTrainer({ hiddenSizes }, environment);
    let calls = 0;
    const all = await steps(trainer, wanted.length, ({ environment: index }) =>
      index === 1 ? [wanted[calls++]!] : undefined,
    );
    expect(calls).toBe(wanted.length);
    expect(actions(all, 1)).toEqual(wanted);
    // The policy acts in the other one, which is as it would have been.
    const free = await steps(trainer, wanted.length, () => undefined);
    expect(all.map(([first]) => first)).toEqual(free.map(([first]) => first));
    expect(actions(free, 1)).not.toEqual(wanted);
    trainer.destroy();
  });
});

test('they move the environment', async () => {
  const trainer = await smallTrainer();
  const push = (action: number) => steps(trainer, 6, () => [action]);
  const velocities = (all: LiveState[][]) => all.map(([first]) => first!.observation[1]!);
  const [left, right] = [velocities(await push(0)), velocities(await push(1))];
  expect(left[0]).toBe(right[0]);
  for (let step = 1; step < 6; step++) {
    // 10 N on 1.1 kg for a fiftieth of a second
    expect(left[step]! - left[step - 1]!).toBeCloseTo(-0.195, 1);
    expect(right[step]! - right[step - 1]!).toBeCloseTo(0.195, 1);
  }
  trainer.destroy();
});

test('squashed numbers are executed to within rounding, at the bounds too', async () => {
  const trainer = await smallTrainer({ squashActions: true }, pendulum);
  const wanted = [-2, -1.9, 0, 0.7, 2];
  let calls = 0;
  const all = await steps(trainer, 5, ({ environment: index }) =>
    index === 0 ? [wanted[calls++]!] : undefined,
  );
  for (const [index, action] of actions(all, 0).entries()) {
    expect(action).toBeCloseTo(wanted[index]!, 5);
  }
  trainer.destroy();
});

test('an environment on the host is steered, too', async () => {
  const trainer = await smallTrainer({}, hostDrift());
  const wanted = [1, 0, 0, 1];
  let calls = 0;
  const all = await steps(trainer, 4, ({ environment: index }) =>
    index === 0 ? [wanted[calls++]!] : undefined,
  );
  expect(actions(all, 0)).toEqual(wanted);
  const places = all.map(([first]) => first!.observation[0]! - all[0]![0]!.observation[0]!);
  expect(places).toEqual([0, 0.5, 0, -0.5]);
  trainer.destroy();
});

test('whoever steers sees the state, its mask and the action of the policy', async () => {
  const trainer = await smallTrainer({}, connectFour);
  const seen: SteeredState[] = [];
  const all = await steps(trainer, 5, (at) => {
    if (at.environment === 0) seen.push(at);
    return undefined;
  });
  const shown = all.map(([first]) => first!);
  expect(seen).toEqual(
    shown.map(({ state, params, observation, mask, action }) => ({
      ...{ environment: 0, state, params, observation, mask, action },
    })),
  );
  trainer.destroy();
});

test('a promise is waited for', async () => {
  const trainer = await smallTrainer();
  let choose: (action: number[]) => void = () => {};
  const chosen = new Promise<number[]>((resolve) => {
    choose = resolve;
  });
  const live = trainer.live({ environments: 1, steer: () => chosen });
  let isDone = false;
  const next = live.next().then(({ value }) => {
    isDone = true;
    return value!.at(0).action;
  });
  // Training goes on meanwhile.
  for await (const { iteration } of trainer) expect(iteration).toBeGreaterThan(0);
  expect(isDone).toBe(false);
  choose([1]);
  expect(await next).toEqual([1]);
  await live.return();
  trainer.destroy();
});

test('the action of the moment counts', async () => {
  const trainer = await smallTrainer();
  let action = 0;
  const live = trainer.live({ environments: 1, steer: () => [action] });
  const next = async (): Promise<number> => (await live.next()).value!.at(0).action[0]!;
  expect(await next()).toBe(0);
  action = 1;
  expect(await next()).toBe(1);
  action = 0;
  expect(await next()).toBe(0);
  await live.return();
  trainer.destroy();
});

describe('is refused:', () => {
  test.each<[string, EnvironmentDefinition, unknown, string]>([
    [
      'no such choice',
      cartpole,
      [2],
      '[2] for environment 0; it must return undefined or an array of 1: an integer from 0 to 1',
    ],
    ['half a choice', cartpole, [0.5], 'returned [0.5] for environment 0'],
    ['too many', cartpole, [0, 0], 'returned [0,0]'],
    ['no array', cartpole, 1, 'returned 1 for'],
    [
      'beyond the bounds',
      pendulum,
      [2.5],
      '[2.5] for environment 0; it must return undefined or an array of 1: a number from -2 to 2',
    ],
    ['no number', pendulum, [Number.NaN], 'returned [null]'],
  ])('%s', async (_, environment, action, message) => {
    const trainer = await smallTrainer({}, environment);
    const live = trainer.live({ environments: 1, steer: () => action as number[] });
    await expect(live.next()).rejects.toThrow(
      expect.objectContaining({ name: 'RangeError', message: expect.stringContaining(message) }),
    );
    // The run goes on.
    for await (const { iteration } of trainer) expect(iteration).toBeGreaterThan(0);
    trainer.destroy();
  });

  test('something that cannot be called', async () => {
    const trainer = await smallTrainer();
    const steer = [0] as unknown as Steer;
    expect(() => trainer.live({ steer })).toThrow('steer is 0; it must be a function that returns');
    trainer.destroy();
  });
});
