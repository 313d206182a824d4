import { describe, expect, test } from 'vitest';
import { RewardScaling } from '../../src/advantages/scale-rewards';
import { distributionFor } from '../../src/distributions/distribution';
import type { Tensor } from '../../src/gpu/arena';
import { writeTensor } from '../../src/gpu/readback';
import { declareRunningMoments } from '../../src/kernels/running-moments';
import { declareRolloutBuffer, rolloutSizes } from '../../src/rollout/rollout-buffer';
import { expectClose } from '../reference/expect-close';
import { mean, populationVariance } from '../reference/moments';
import { clamp, discountedReturns } from '../reference/running-moments';
import { agentsTensor } from '../support/agents';
import { openRuntime, randomFloats, readFloats, runDispatches } from '../support/run-dispatches';
import { readRunningMoments } from '../support/running-moments';
import { taskWithout } from '../update/golden-update';

const runtime = await openRuntime();
const task = taskWithout(distributionFor({ type: 'discrete', n: 2 }), 1);

/** Two different agents. */
const GAMMA = [0.9, 0.5].map(Math.fround);
const CLIP = [0, 0.75];

function open(
  envs: number,
  steps: number,
  normReward: boolean,
  clip: readonly number[] = CLIP,
  gammas: readonly number[] = GAMMA,
) {
  const sizes = rolloutSizes(GAMMA.length, envs, steps, task);
  const buffer = declareRolloutBuffer(runtime.arena, sizes, task);
  const returnMoments = declareRunningMoments(runtime.arena, 'test', GAMMA.length, 1);
  const discounted = runtime.arena.declare('discounted', [GAMMA.length, envs, 2]);
  const hyper = gammas.map((gamma, agent) => ({ gamma, clip_reward: clip[agent]! }));
  const agents = agentsTensor(runtime, hyper);
  const state = { returnMoments, discountedReturns: discounted };
  const config = { normReward, clipReward: clip };
  const scaling = new RewardScaling(runtime, { config, agents, buffer, ...state });
  runtime.arena.allocate();
  return { sizes, buffer, scaling, ...state };
}
type Opened = ReturnType<typeof open>;

/** [T][N] of one agent */
type Rows = readonly (readonly number[])[];

/** Every agent's rows in the device's layout, the padding 1e6. */
function write({ sizes }: Opened, tensor: Tensor, agents: readonly Rows[]): void {
  const padding = Array.from({ length: sizes.stride - sizes.envs }, () => 1e6);
  const flat = agents.flat().flatMap((row) => [...row, ...padding]);
  const values = tensor.type === 'u32' ? Uint32Array.from(flat) : Float32Array.from(flat);
  writeTensor(runtime.gpu, tensor, values);
}

async function readRewards({ sizes, buffer }: Opened): Promise<number[][][]> {
  const flat = await readFloats(runtime, buffer.rewards);
  return GAMMA.map((_, agent) =>
    Array.from({ length: sizes.steps }, (_row, t) => {
      const first = (agent * sizes.steps + t) * sizes.stride;
      return flat.slice(first, first + sizes.envs);
    }),
  );
}

/** The returns that the next rollout continues, with their rests, [K · N]. */
async function readCarried({ discountedReturns }: Opened): Promise<number[]> {
  const words = await readFloats(runtime, discountedReturns);
  return Array.from({ length: words.length / 2 }, (_, i) => words[2 * i]! + words[2 * i + 1]!);
}

/** Random rewards and endings: one in five steps terminates, one in five is truncated. */
function randomRollout({ sizes }: Opened, seed: number) {
  const rows = (numbers: readonly number[]): Rows =>
    Array.from({ length: sizes.steps }, (_, t) =>
      numbers.slice(t * sizes.envs, (t + 1) * sizes.envs),
    );
  const count = sizes.steps * sizes.envs;
  return GAMMA.map((_, agent) => {
    const rewards = randomFloats(count, seed + 10 * agent, 1 + 4 * agent);
    const endings = randomFloats(count, seed + 5 + 10 * agent).map((x) =>
      x > 0.84 ? 1 : x < -0.84 ? 2 : 0,
    );
    return { rewards: rows(rewards), endings: rows(endings) };
  });
}

/** One rollout's rewards on the device before and after. */
async function play(opened: Opened, rollout: ReturnType<typeof randomRollout>) {
  write(
    opened,
    opened.buffer.rewards,
    rollout.map(({ rewards }) => rewards),
  );
  write(
    opened,
    opened.buffer.endings,
    rollout.map(({ endings }) => endings),
  );
  await runDispatches(
    runtime,
    opened.scaling.stages().flatMap(({ dispatches }) => dispatches),
  );
  return readRewards(opened);
}

describe('over three rollouts rewards are divided by the deviation of all returns so far', () => {
  test.each([
    [1, 1],
    [3, 5],
    [65, 4],
    // More rewards than invocations.
    [259, 300],
  ])('%i environments, %i steps', async (envs, steps) => {
    const opened = open(envs, steps, true);
    const returns = GAMMA.map((): number[] => []);
    const carried = GAMMA.map((): readonly number[] => Array.from({ length: envs }, () => 0));
    for (const seed of [1, 2, 3]) {
      const rollout = randomRollout(opened, seed);
      const found = await play(opened, rollout);
      for (const [agent, { rewards, endings }] of rollout.entries()) {
        const ended = endings.map((row) => row.map((code) => code > 0));
        const own = discountedReturns(rewards, ended, carried[agent]!, GAMMA[agent]!);
        returns[agent]!.push(...own.returns.flat());
        carried[agent] = own.carried;
        const scale = Math.sqrt(populationVariance(returns[agent]!) + 1e-8);
        const bound = CLIP[agent]! || Number.POSITIVE_INFINITY;
        const expected = rewards.flat().map((reward) => clamp(reward / scale, bound));
        expectClose(found[agent]!.flat(), expected, 1e-5);
      }
    }
    expectClose(await readCarried(opened), carried.flat(), 1e-6, 1);
    const moments = await readRunningMoments(runtime, opened.returnMoments);
    for (const [agent, own] of returns.entries()) {
      const { count, mean: average, m2 } = moments[agent]!;
      expect(count).toBe(3 * envs * steps);
      expectClose([average], [mean(own)], 1e-5, 1);
      expectClose([m2 / count], [populationVariance(own)], 1e-5);
    }
  });
});

describe('one environment and two steps, by hand', () => {
  /** Rewards 2, then 5, with gamma 1/2; if the first step continues, the returns are 2 and 6. */
  const run = async (ending: number) => {
    const opened = open(1, 2, true, [0, 0]);
    const rollout = GAMMA.map(() => ({ rewards: [[2], [5]], endings: [[ending], [0]] }));
    const found = await play(opened, rollout);
    return {
      rewards: found[1]!.flat(),
      carried: await readCarried(opened),
    };
  };

  test('returns 2 and 6 have a deviation of 2', async () => {
    const { rewards, carried } = await run(0);
    expectClose(rewards, [1, 2.5], 1e-6);
    expect(carried[1]).toBe(6);
  });

  test.each([
    ['a termination', 1],
    ['a truncation', 2],
    ['a later truncation', 3],
  ])('after %s the return starts anew: 2 and 5 have a deviation of 1.5', async (_, ending) => {
    const { rewards, carried } = await run(ending);
    expectClose(rewards, [2 / 1.5, 5 / 1.5], 1e-6);
    expect(carried[1]).toBe(5);
  });
});

test('a return with gamma near 1 keeps its digits over many steps and rollouts', async () => {
  const [envs, steps] = [3, 10_007];
  const gammas = [1, Math.fround(1 - 1e-6)];
  const opened = open(envs, steps, true, [0, 0], gammas);
  const rewards = Array.from({ length: steps }, () => [0.1, 0.3, -7].map(Math.fround));
  const endings = rewards.map((row) => row.map(() => 0));
  const ended = rewards.map((row) => row.map(() => false));
  let carried: readonly (readonly number[])[] = gammas.map(() => [0, 0, 0]);
  for (let rollout = 0; rollout < 3; rollout++) {
    const agents = gammas.map(() => ({ rewards, endings }));
    await play(opened, agents);
    carried = carried.map(
      (before, agent) => discountedReturns(rewards, ended, before, gammas[agent]!).carried,
    );
    const found = await readCarried(opened);
    for (const [i, expected] of carried.flat().entries())
      expectClose([found[i]!], [expected], 2e-7);
  }
});

test('with gamma 0 a return is the reward, whatever came before', async () => {
  const opened = open(1, 4, true, [0, 0], [0, 0]);
  const rewards = [[1e8], [0.1], [-3e7], [0.3]].map((row) => row.map(Math.fround));
  const endings = rewards.map(() => [0]);
  await play(
    opened,
    GAMMA.map(() => ({ rewards, endings })),
  );
  expectClose(await readCarried(opened), [Math.fround(0.3), Math.fround(0.3)], 1e-7);
});

test('rewards can be clipped without being scaled, each agent at its own bound', async () => {
  const opened = open(5, 3, false);
  const rollout = randomRollout(opened, 1);
  const [free, bounded] = await play(opened, rollout);
  expect(free).toEqual(rollout[0]!.rewards);
  const expected = rollout[1]!.rewards.map((row) => row.map((reward) => clamp(reward, 0.75)));
  expect(bounded).toEqual(expected);
  expect(bounded!.flat()).toContain(0.75);
  // Nothing is counted.
  expect(new Set(await readFloats(runtime, opened.returnMoments))).toEqual(new Set([0]));
});

test('without a bound and scaling there is no stage', () => {
  expect(open(3, 2, false, [0, 0]).scaling.stages()).toEqual([]);
});

test.each([Number.NaN, Number.POSITIVE_INFINITY])(
  "a reward of %s does not change its agent's statistics and is not carried on",
  async (bad) => {
    const opened = open(3, 4, true);
    await play(opened, randomRollout(opened, 1));
    const before = await readRunningMoments(runtime, opened.returnMoments);
    const next = randomRollout(opened, 2);
    const rewards = next[1]!.rewards.map((row, t) =>
      row.map((reward, n) => (t === 3 && n === 2 ? bad : reward)),
    );
    const endings = next[1]!.endings.map((row) => row.map(() => 0));
    await play(opened, [next[0]!, { rewards, endings }]);
    const after = await readRunningMoments(runtime, opened.returnMoments);
    expect(after[1]).toEqual(before[1]);
    expect([before[0]!.count, after[0]!.count]).toEqual([12, 24]);
    const carried = await readCarried(opened);
    expect(carried.every(Number.isFinite)).toBe(true);
    expect(carried[5]).toBe(0);
  },
);
