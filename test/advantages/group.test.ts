import { describe, expect, test } from 'vitest';
import { declareGroupEpisodes } from '../../src/advantages/group';
import { groupAdvantages } from '../../src/advantages/group-advantages';
import { groupReturns } from '../../src/advantages/group-returns';
import { type GroupInput, groupAdvantages as twinGroup } from '../reference/advantages';
import { expectClose } from '../reference/expect-close';
import { agentsTensor } from '../support/agents';
import { openRuntime, randomFloats, readFloats, runDispatches } from '../support/run-dispatches';
import { packGae } from './pack-gae';

const runtime = await openRuntime();

/** Advantages and returns [agent][T][N] on the device; every second ending is a truncation. */
async function deviceGroup(inputs: readonly GroupInput[]) {
  const zeros = inputs[0]!.rewards.map((row) => row.map(() => 0));
  const flags = (ended: GroupInput['ended'], truncated: boolean): number[][] =>
    ended.map((row, t) => row.map((end, n) => Number(end && ((t + n) % 2 === 0) === truncated)));
  const { rollout, values } = packGae(
    runtime,
    inputs.map(({ gamma, rewards, ended }) => ({
      gamma,
      gaeLambda: Number.NaN,
      rewards,
      values: zeros,
      terminated: flags(ended, false),
      truncated: flags(ended, true),
      finalValues: zeros,
      lastValues: zeros[0]!,
    })),
  );
  const agents = agentsTensor(
    runtime,
    inputs.map(({ gamma }) => ({ gamma, gae_lambda: 0 })),
  );
  const episodes = declareGroupEpisodes(runtime.arena, rollout.sizes);
  runtime.arena.allocate();
  const { groupSize } = inputs[0]!;
  const options = { agents, rollout, values, episodes, groupSize };
  await runDispatches(runtime, [groupReturns(runtime, options), groupAdvantages(runtime, options)]);
  const { envs, stride, steps } = rollout.sizes;
  const unpack = (flat: readonly number[]): number[][][] =>
    inputs.map((_, agent) =>
      Array.from({ length: steps }, (_, t) => {
        const row = (agent * steps + t) * stride;
        return flat.slice(row, row + envs);
      }),
    );
  return {
    advantages: unpack(await readFloats(runtime, values.advantages)),
    returns: unpack(await readFloats(runtime, values.returns)),
  };
}

/** Random rewards; about every fifth step ends an episode. */
function randomInput(steps: number, envs: number, groupSize: number, seed: number): GroupInput {
  const [rewards, draws] = [randomFloats(steps * envs, seed), randomFloats(steps * envs, seed + 1)];
  const rows = <T>(flat: readonly T[]): T[][] =>
    Array.from({ length: steps }, (_, t) => flat.slice(t * envs, (t + 1) * envs));
  const ended = rows(draws.map((draw) => draw > 0.84));
  return { gamma: 0.9 - 0.2 * (seed % 2), groupSize, rewards: rows(rewards), ended };
}

describe('two environments, four steps, gamma 1/2', () => {
  // Environment 0: an episode of two steps, 4 + 1/2 · 4 = 6, and one of two steps, 2 + 1/2 · 0 = 2.
  // Environment 1: one of three steps, 1 + 1/2 · 2 + 1/4 · 8 = 4, and one of the last step, 8.
  const input: GroupInput = {
    gamma: 0.5,
    groupSize: 2,
    rewards: [
      [4, 1],
      [4, 2],
      [2, 8],
      [0, 8],
    ],
    ended: [
      [false, false],
      [true, false],
      [false, true],
      [true, true],
    ],
  };
  // 6, 2, 4, 8: mean 5, squared deviations 1 + 9 + 1 + 9 = 20, unbiased variance 20 / 3.
  const a = (total: number): number => (total - 5) / Math.sqrt(20 / 3);
  const returns = [6, 4, 6, 4, 2, 4, 2, 8];

  test("every step has its episode's return, relative to all four episodes", async () => {
    const device = await deviceGroup([input]);
    expect(device.returns[0]!.flat()).toEqual(returns);
    expectClose(device.advantages[0]!.flat(), returns.map(a), 1e-6);
    const twin = twinGroup(input);
    expect(twin.returns.flat()).toEqual(returns);
    expectClose(twin.advantages.flat(), returns.map(a), 1e-8);
  });

  test('an episode that runs at the last step counts as if it ended there', async () => {
    const open = { ...input, ended: [...input.ended.slice(0, 3), [false, false]] };
    expect(await deviceGroup([open])).toEqual(await deviceGroup([input]));
    expect(twinGroup(open)).toEqual(twinGroup(input));
  });

  test('a constant added to all rewards of a step changes only the returns', async () => {
    const onestep = (base: number): GroupInput => ({
      ...input,
      rewards: [[base + 1, base + 3]],
      ended: [[true, true]],
    });
    // (1 - 2) / √2 and (3 - 2) / √2
    for (const base of [0, 1024]) {
      const { advantages } = await deviceGroup([onestep(base)]);
      expectClose(advantages[0]!.flat(), [-Math.SQRT1_2, Math.SQRT1_2], 1e-6);
    }
  });
});

test.each([
  [2, 2, 1],
  [3, 3, 5],
  [65, 5, 7],
  [66, 66, 13],
  [130, 65, 3],
  [259, 7, 9],
])('%d environments in groups of %d, %d steps, two agents', async (envs, groupSize, steps) => {
  const inputs = [randomInput(steps, envs, groupSize, 10), randomInput(steps, envs, groupSize, 21)];
  const device = await deviceGroup(inputs);
  for (const [agent, input] of inputs.entries()) {
    const twin = twinGroup(input);
    expectClose(device.returns[agent]!.flat(), twin.returns.flat(), 1e-6);
    expectClose(device.advantages[agent]!.flat(), twin.advantages.flat(), 2e-5);
  }
  expect(device.advantages[0]).not.toEqual(device.advantages[1]);
});

test('the return of a long episode keeps the digits of each reward', async () => {
  const steps = 20_011;
  const rewards = Array.from({ length: steps }, () => [0.1, 0.3].map(Math.fround));
  const ended = rewards.map((row) => row.map(() => false));
  const { returns } = await deviceGroup([{ gamma: 1, groupSize: 2, rewards, ended }]);
  const whole = rewards[0]!.map((reward) => Math.fround(steps * reward));
  expect(returns[0]).toEqual(rewards.map(() => whole));
});

test('a group whose episodes all have the same return has advantages of 0', async () => {
  const rewards = Array.from({ length: 5 }, () => [3, 3, 3, 3]);
  const ended = rewards.map((row) => row.map(() => true));
  const { advantages } = await deviceGroup([{ gamma: 0.9, groupSize: 4, rewards, ended }]);
  expect(new Set(advantages.flat(2))).toEqual(new Set([0]));
});

test('a group of a single episode has an advantage of 0', async () => {
  const input: GroupInput = {
    gamma: 1,
    groupSize: 1,
    rewards: [[1, 5]],
    ended: [[true, false]],
  };
  expect((await deviceGroup([input])).advantages).toEqual([[[0, 0]]]);
  expect(twinGroup(input).advantages).toEqual([[0, 0]]);
});

test('groups are independent of each other', async () => {
  const input = randomInput(7, 6, 3, 5);
  const other: GroupInput = {
    ...input,
    rewards: input.rewards.map((row) => row.map((reward, n) => (n < 3 ? reward : 7 * reward + n))),
  };
  const [alone, beside] = [await deviceGroup([input]), await deviceGroup([other])];
  const first = (rows: readonly (readonly number[])[]) => rows.map((row) => row.slice(0, 3));
  expect(first(beside.advantages[0]!)).toEqual(first(alone.advantages[0]!));
  expect(beside.advantages).not.toEqual(alone.advantages);
});
