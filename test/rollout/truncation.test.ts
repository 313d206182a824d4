/**
 * The time limit: where it truncates, where final observations are stored, and how GAE uses them.
 */
import { expect, test } from 'vitest';
import { gae as gaeKernel } from '../../src/advantages/gae';
import { Values } from '../../src/advantages/values';
import { writeTensor } from '../../src/gpu/readback';
import { layoutActorCritic } from '../../src/network/actor-critic';
import { declareValueBuffer } from '../../src/rollout/rollout-buffer';
import { expectClose } from '../reference/expect-close';
import { gae } from '../reference/gae';
import { layersIn } from '../support/network';
import { openRuntime, runDispatches } from '../support/run-dispatches';
import { openWorld, playActions, readRollout, readRows, reset, type World } from '../support/world';
import { ACTIONS, clock, ENDINGS, LIMIT, NEXT_ENDINGS } from './clock';

const N = 3;
const T = ACTIONS.length;
const CONFIG = { gamma: 0.5, gaeLambda: 0.25 };

async function openClock(): Promise<World> {
  const runtime = await openRuntime();
  const world = await openWorld(runtime, { environment: clock, envs: N, steps: T, config: CONFIG });
  await reset(world);
  return world;
}

test('a rollout of 7 steps has slots for 3 truncations at a limit of 3', async () => {
  const { buffer } = await openClock();
  expect(buffer.sizes.rows).toBe(T + 1 + 3);
});

test('the task ends an episode, else the clock does, and truncations are numbered', async () => {
  const world = await openClock();
  await playActions(world, ACTIONS);
  const { endings, rewards } = await readRollout(world);
  expect(endings).toEqual(ENDINGS);
  expect(rewards.map((row) => row[0])).toEqual([1, 2, 3, 1, 2, 3, 1]);
});

test('episodes continue in the next rollout, slots start at 0', async () => {
  const world = await openClock();
  await playActions(world, ACTIONS);
  const first = await readRollout(world);
  await playActions(world, ACTIONS);
  const second = await readRollout(world);
  expect(second.endings).toEqual(NEXT_ENDINGS);
  expect(second.observations[0]).toEqual(first.observations[T]);
});

test('three truncations fill all slots', async () => {
  const world = await openClock();
  const idle = ACTIONS.map((row) => row.map(() => 0));
  for (let rollout = 0; rollout < 3; rollout++) await playActions(world, idle);
  const { endings, observations } = await readRollout(world);
  // Two rollouts of 7 steps leave 2 steps of a running episode.
  expect(endings.map((row) => row[0])).toEqual([2, 0, 0, 3, 0, 0, 4]);
  expect(observations.slice(T + 1).map(([, steps]) => steps)).toEqual(
    Array.from({ length: 3 }, () => Array.from({ length: N }, () => LIMIT)),
  );
});

test('final observations are in the rows of their slots, resets in those of steps', async () => {
  const world = await openClock();
  await playActions(world, ACTIONS);
  const { observations, endings } = await readRollout(world);
  const [name, steps] = [0, 1].map((field) => observations.map((row) => row[field]!));
  for (let n = 0; n < N; n++) {
    for (let t = 0; t < T; t++) {
      const ending = endings[t]![n]!;
      if (ending === 0) {
        expect(name![t + 1]![n]).toBe(name![t]![n]);
        expect(steps![t + 1]![n]).toBe(steps![t]![n]! + 1);
        continue;
      }
      expect(name![t + 1]![n]).not.toBe(name![t]![n]);
      expect(steps![t + 1]![n]).toBe(0);
      if (ending < 2) continue;
      const row = T + 1 + ending - 2;
      expect([name![row]![n], steps![row]![n]]).toEqual([name![t]![n], LIMIT]);
    }
  }
});

/** V(name, steps) = name / 64 + 10 steps + 1/2, exact in float32. */
const value = (name: number, steps: number): number => name / 64 + 10 * steps + 0.5;

/** Values, advantages and returns of a rollout. */
async function criticize(world: World) {
  const { runtime, buffer, task, agents } = world;
  const layout = layoutActorCritic({
    ...task.distribution,
    observationSize: task.observationSize,
    hiddenSizes: [],
    activation: 'tanh',
  });
  const parameters = runtime.arena.declare('parameters', [1, layout.parameterCount]);
  const values = declareValueBuffer(runtime.arena, buffer.sizes);
  const block = { tensor: parameters, count: layout.parameterCount };
  const critic = new Values(runtime, layout, block, buffer, values);
  runtime.arena.allocate();
  const numbers = new Float32Array(layout.parameterCount);
  numbers.set([1 / 64, 10, 0.5], layersIn(layout.critic!)[0]!.weightOffset);
  writeTensor(runtime.gpu, parameters, numbers);
  await runDispatches(runtime, [
    ...critic.stage().dispatches,
    gaeKernel(runtime, agents, buffer, values),
  ]);
  return {
    values: await readRows(world, values.values),
    advantages: await readRows(world, values.advantages),
    returns: await readRows(world, values.returns),
  };
}

test('a truncation bootstraps from the final observation, a termination does not', async () => {
  const world = await openClock();
  await playActions(world, ACTIONS);
  const { observations } = await readRollout(world);
  const { advantages, returns } = await criticize(world);
  const name = (t: number, n: number): number => observations[t]![0]![n]!;
  // The third step of environment 0: A = r + γ V(final) - V(s), and the trace ends.
  const cut = 3 + 0.5 * value(name(2, 0), 3) - value(name(2, 0), 2);
  expect(advantages[2]![0]).toBeCloseTo(cut, 4);
  expect(returns[2]![0]).toBeCloseTo(3 + 0.5 * value(name(2, 0), 3), 4);
  // The step before: γ λ = 1/8.
  const before = 2 + 0.5 * value(name(1, 0), 2) - value(name(1, 0), 1);
  expect(advantages[1]![0]).toBeCloseTo(before + cut / 8, 4);
  // Environment 1 ends at the limit by itself: nothing follows.
  expect(advantages[4]![1]).toBeCloseTo(3 - value(name(4, 1), 2), 4);
  // The rollout stops within the episode of environment 1: the value of row T follows.
  expect(advantages[6]![1]).toBeCloseTo(2 + 0.5 * value(name(6, 1), 2) - value(name(6, 1), 1), 4);
});

test('values and advantages equal those of the twin', async () => {
  const world = await openClock();
  await playActions(world, ACTIONS);
  await playActions(world, ACTIONS);
  const { observations, rewards, endings } = await readRollout(world);
  const device = await criticize(world);
  const expected = observations.map(([name, steps]) => name!.map((x, n) => value(x, steps![n]!)));
  // Unused slots may contain anything.
  expectClose(device.values.slice(0, T + 1).flat(), expected.slice(0, T + 1).flat(), 1e-5);
  const flags = (is: (code: number) => boolean): number[][] =>
    endings.map((row) => row.map((code) => Number(is(code))));
  const twin = gae({
    ...CONFIG,
    rewards,
    values: expected.slice(0, T),
    terminated: flags((code) => code === 1),
    truncated: flags((code) => code >= 2),
    finalValues: endings.map((row) => row.map((code, n) => expected[T + code - 1]?.[n] ?? 0)),
    lastValues: expected[T]!,
  });
  expectClose(device.advantages.flat(), twin.advantages.flat(), 1e-5);
  expectClose(device.returns.flat(), twin.returns.flat(), 1e-5);
});
