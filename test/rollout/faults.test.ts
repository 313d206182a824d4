/**
 * Rewards and observations that are not finite: how they are recorded and what they do not affect.
 */
import { expect, test } from 'vitest';
import { ENVIRONMENT_FAULTS, EPISODE_WORD, EPISODE_WORDS } from '../../src/rollout/episode';
import { BITS, type Breakage, brokenWorld } from '../support/broken-world';
import { openRuntime, readWords } from '../support/run-dispatches';
import { openWorld, playActions, readStates, reset, type World } from '../support/world';
import { report } from './report';

const ENVS = 3;
const STEPS = 4;

async function open(breakage: Breakage, limit: number | null = null): Promise<World> {
  const runtime = await openRuntime();
  const environment = brokenWorld(breakage, limit);
  const world = await openWorld(runtime, { environment, envs: ENVS, steps: STEPS });
  await reset(world);
  return world;
}

const play = (world: World): Promise<void> =>
  playActions(
    world,
    Array.from({ length: STEPS }, () => Array.from({ length: ENVS }, () => 0)),
  );

/** The names of every environment's fault bits. */
async function faultsOf(world: World): Promise<string[]> {
  const words = await readWords(world.runtime, world.environments.episodes);
  return Array.from({ length: ENVS }, (_, n) => {
    const bits = words[n * EPISODE_WORDS + EPISODE_WORD.faults]!;
    return ENVIRONMENT_FAULTS.filter((_, bit) => (bits >> bit) & 1).join(' ');
  });
}

const all = (fault: string): string[] => Array.from({ length: ENVS }, () => fault);

test.each(Object.entries(BITS))('a reward of %s is recorded, for that rollout', async (_, bits) => {
  const world = await open({ quantity: 'reward', bits, first: 6 });
  await play(world);
  expect(await faultsOf(world)).toEqual(all(''));
  await play(world);
  expect(await faultsOf(world)).toEqual(all('reward'));
  expect(await report(world)).toMatchObject({ environment_faults: 1, faulty_environments: ENVS });
  await play(world);
  expect(await faultsOf(world)).toEqual(all(''));
  expect(await report(world)).toMatchObject({ environment_faults: 0, faulty_environments: 0 });
});

test.each(Object.entries(BITS))('an observation of %s is recorded', async (_, bits) => {
  const world = await open({ quantity: 'observation', bits, first: 2 });
  await play(world);
  expect(await faultsOf(world)).toEqual(all('observation'));
  expect(await report(world)).toMatchObject({ environment_faults: 2, faulty_environments: ENVS });
});

test('the first of a rollout is recorded, also if it ended the previous one', async () => {
  const world = await open({ quantity: 'observation', bits: BITS.NaN, first: STEPS });
  await play(world);
  expect(await faultsOf(world)).toEqual(all('observation'));
  await play(world);
  expect(await faultsOf(world)).toEqual(all('observation'));
  await play(world);
  expect(await faultsOf(world)).toEqual(all(''));
});

test('that of a reset is recorded, although no step returned it', async () => {
  const world = await open({ quantity: 'observation', bits: BITS.NaN, first: 0 });
  await play(world);
  expect(await faultsOf(world)).toEqual(all('observation'));
});

test('a final observation is recorded, although only its slot has it', async () => {
  const limit = 3;
  const world = await open({ quantity: 'observation', bits: BITS.NaN, first: limit }, limit);
  await play(world);
  expect(await faultsOf(world)).toEqual(all('observation'));
});

test('only the environments that broke are recorded and counted', async () => {
  const names = (await readStates(await open({ quantity: 'reward', bits: 0, first: 1 }))).map(
    ([name]) => name!,
  );
  const struck = Math.max(...names);
  const world = await open({ quantity: 'reward', bits: BITS.NaN, first: 1, struck });
  await play(world);
  expect(await faultsOf(world)).toEqual(names.map((name) => (name === struck ? 'reward' : '')));
  expect((await report(world)).faulty_environments).toBe(1);
});

test('an episode whose return is not finite is not counted, but the next one is', async () => {
  // Episodes of two steps: 1 and 2 of the first rollout, with the NaN, then 3 and 4; names above
  // 1/2 want action 1, so action 0 returns 0 or 2.
  const breakage: Breakage = { quantity: 'reward', bits: BITS.NaN, first: 2 };
  const names = (await readStates(await open(breakage, 2))).map(([name]) => name!);
  const struck = Math.max(...names);
  const world = await open({ ...breakage, struck }, 2);
  await play(world);
  const said = await report(world);
  // Second episodes have new names; the states do not tell which of them break, too.
  expect(said.count).toBeLessThan(2 * ENVS);
  expect(said.count).toBeGreaterThanOrEqual(ENVS - 1);
  expect([said.meanLength, said.minLength, said.maxLength, said.stdLength]).toEqual([2, 2, 2, 0]);
  const returns = [said.meanReturn, said.stdReturn, said.minReturn, said.maxReturn];
  expect(returns.every((value) => value >= 0 && value <= 2)).toBe(true);
});

test('a rollout with only such episodes counts none', async () => {
  const world = await open({ quantity: 'reward', bits: BITS.NaN, first: 2 }, 2);
  await play(world);
  expect(await report(world)).toMatchObject({ count: 0, faulty_environments: ENVS });
});
