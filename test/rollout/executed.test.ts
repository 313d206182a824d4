/** Stored actions, from which agents learn, and executed actions, which the environment gets. */
import { describe, expect, test } from 'vitest';
import { mountainCarContinuous } from '../../src/environments/mountain-car-continuous';
import { squashedGaussian } from '../reference/distributions';
import { expectClose } from '../reference/expect-close';
import { type Bounds, echo } from '../support/echo';
import { openRuntime } from '../support/run-dispatches';
import { openWorld, playActions, type RolloutRows, readRollout, reset } from '../support/world';
import { openPlayed } from './played';

const { POSITIVE_INFINITY, NEGATIVE_INFINITY } = Number;
const STEPS = 3;

/** Stored actions, and those that the environment shows as executed, [T][A][N] each. */
async function playEcho(bounds: Bounds, config = {}) {
  const environment = echo(bounds);
  const options = { environment, config, envs: 65, steps: STEPS, seed: 4 };
  const played = await openPlayed({ ...options, hiddenSizes: [5], activation: 'tanh' });
  const rows: RolloutRows = await played.next();
  const stored = Array.from({ length: STEPS }, (_, t) => rows.actions.slice(2 * t, 2 * t + 2));
  return { stored, given: rows.observations.slice(1, STEPS + 1) };
}

describe('of a diagonal gaussian', () => {
  test.each<[string, Bounds]>([
    ['bounds on both sides', { low: [-0.5, -2], high: [0.25, 0.1] }],
    ['no bounds', { low: [NEGATIVE_INFINITY, -1e300], high: [POSITIVE_INFINITY, 1e300] }],
    ['one bound', { low: [0, NEGATIVE_INFINITY], high: [POSITIVE_INFINITY, 0] }],
  ])('with %s the clipped action is executed, the unclipped one stored', async (_, bounds) => {
    const { stored, given } = await playEcho(bounds);
    const clipped = stored.map((action) =>
      action.map((row, a) =>
        row.map((value) => Math.fround(Math.min(Math.max(value, bounds.low[a]!), bounds.high[a]!))),
      ),
    );
    expect(given).toEqual(clipped);
    const open = !Number.isFinite(bounds.low[0]) && !Number.isFinite(bounds.high[0]);
    expect(String(stored) === String(clipped)).toBe(open);
  });
});

test('of a squashed gaussian the action before tanh is stored', async () => {
  const bounds = { low: [-0.5, 3], high: [0.25, 11] } as const;
  const { stored, given } = await playEcho(bounds, { squashActions: true, logStdInit: 1 });
  const { executed } = squashedGaussian(2, bounds);
  for (const [t, action] of stored.entries()) {
    for (let n = 0; n < action[0]!.length; n += 1) {
      const expected = executed(action.map((row) => row[n]!));
      expectClose([given[t]![0]![n]!], [expected[0]!], 1e-6, 1);
      expectClose([given[t]![1]![n]!], [expected[1]!], 1e-6);
    }
  }
  expect(stored.flat(2).some((u) => Math.abs(u) > 3)).toBe(true);
  const second = given.flatMap((rows) => rows[1]!);
  expect(second.every((value) => value >= 3 && value <= 11)).toBe(true);
});

test('a squashed action far out is at its bound', async () => {
  const environment = echo({ low: [-0.1, -0.3], high: [0.2, 0.7] });
  const config = { squashActions: true };
  const world = await openWorld(await openRuntime(), { environment, envs: 3, steps: 1, config });
  await reset(world);
  await playActions(world, [
    [-1000, 0, 1000],
    [1000, 0, -1000],
  ]);
  const { observations } = await readRollout(world);
  const [first, second] = observations[1]!;
  expect([first![0], first![2]]).toEqual([-0.1, 0.2].map(Math.fround));
  expect([second![0], second![2]]).toEqual([0.7, -0.3].map(Math.fround));
  expectClose([first![1]!, second![1]!], [0.05, 0.2], 1e-7);
});

test.each([
  ['clipped', {}, [3e20, -3e20, 0.5]],
  ['squashed', { squashActions: true }, [1000, -1000, 0]],
])('%s actions can have bounds up to the largest f32', async (_, config, drawn) => {
  const environment = echo({ low: [-1e20, -1e38], high: [1e20, 1e38] });
  const options = { environment, envs: 3, steps: 1, config };
  const world = await openWorld(await openRuntime(), options);
  await reset(world);
  await playActions(world, [drawn, [0, 0, 0]]);
  const { observations } = await readRollout(world);
  const middle = drawn[2] === 0 ? 0 : 0.5;
  expect(observations[1]![0]).toEqual([1e20, -1e20, middle].map(Math.fround));
});

test('MountainCarContinuous rewards the clipped action, as with a clipping wrapper', async () => {
  const options = { environment: mountainCarContinuous, envs: 4, steps: 1 };
  const world = await openWorld(await openRuntime(), options);
  await reset(world);
  await playActions(world, [[0.5, 1, 3, -20]]);
  const { rewards } = await readRollout(world);
  expectClose(rewards[0]!, [-0.025, -0.1, -0.1, -0.1], 1e-6);
});
