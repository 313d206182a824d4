/** Episode statistics in the report, of the episodes that ended. */
import { describe, expect, test } from 'vitest';
import { writeTensor } from '../../src/gpu/readback';
import { EPISODE_WORD, EPISODE_WORDS } from '../../src/rollout/episode';
import { openRuntime, readFloats, readWords } from '../support/run-dispatches';
import {
  openWorld,
  playActions,
  readRollout,
  readStates,
  reset,
  type World,
  type WorldOptions,
} from '../support/world';
import { ACTIONS, clock, LIMIT } from './clock';
import { report } from './report';

async function openClock(options: Partial<WorldOptions> = {}): Promise<World> {
  const runtime = await openRuntime();
  const sizes = { environment: clock, envs: 3, steps: ACTIONS.length };
  const world = await openWorld(runtime, { ...sizes, ...options });
  await reset(world);
  return world;
}

test('returns and lengths are summarized over the episodes that ended', async () => {
  const world = await openClock();
  await playActions(world, ACTIONS);
  const said = await report(world);
  // Lengths 3 3 | 2 3 | 1 3 3, returns 6 6 | 3 6 | 1 6 6.
  expect(said).toMatchObject({ count: 7, minReturn: 1, maxReturn: 6, minLength: 1, maxLength: 3 });
  expect(said.meanReturn).toBeCloseTo(34 / 7, 5);
  expect(said.stdReturn).toBeCloseTo(Math.sqrt(190 / 7 - (34 / 7) ** 2), 5);
  expect(said.meanLength).toBeCloseTo(18 / 7, 5);
  expect(said.stdLength).toBeCloseTo(Math.sqrt(50 / 7 - (18 / 7) ** 2), 5);
});

test('each rollout counts anew, with the earlier steps of running episodes', async () => {
  const world = await openClock();
  const idle = ACTIONS.map((row) => row.map(() => 0));
  await playActions(world, ACTIONS);
  await playActions(world, idle);
  // The running episodes have 1, 2 and 0 steps: truncations at 1 4 | 0 3 6 | 2 5.
  expect(await report(world)).toMatchObject({
    count: 7,
    minLength: LIMIT,
    maxLength: LIMIT,
    minReturn: 6,
    maxReturn: 6,
    meanReturn: 6,
    stdReturn: 0,
  });
});

test('a rollout in which nothing ended counts no episode', async () => {
  const world = await openClock({ environment: { ...clock, maxEpisodeSteps: null } });
  await playActions(
    world,
    ACTIONS.map((row) => row.map(() => 0)),
  );
  expect((await report(world)).count).toBe(0);
});

describe('an episode of 2^32 - 1 steps and more', () => {
  const most = 2 ** 32 - 1;
  const openEndless = async (maxEpisodeSteps: number | null) => {
    const world = await openClock({ environment: { ...clock, maxEpisodeSteps } });
    const { runtime, environments } = world;
    const words = await readWords(runtime, environments.episodes);
    for (let n = 0; n < 3; n++) words[n * EPISODE_WORDS + EPISODE_WORD.runningLength] = most - 3;
    writeTensor(runtime.gpu, environments.episodes, Uint32Array.from(words));
    return world;
  };

  test('continues without a limit, and its length saturates', async () => {
    const world = await openEndless(null);
    const ends = (t: number, n: number): number => Number(t === n + 4);
    await playActions(
      world,
      ACTIONS.map((row, t) => row.map((_, n) => ends(t, n))),
    );
    const { endings } = await readRollout(world);
    expect(endings).toEqual(ACTIONS.map((row, t) => row.map((_, n) => ends(t, n))));
    // After the ends come 2, 1 and 0 steps of the next episode, which does not end.
    expect(await report(world)).toMatchObject({ count: 3, minLength: most, maxLength: most });
  });

  test('is truncated by a limit of that length', async () => {
    const world = await openEndless(most);
    await playActions(
      world,
      ACTIONS.map((row) => row.map(() => 0)),
    );
    const { endings } = await readRollout(world);
    expect(endings.map((row) => row[1])).toEqual([0, 0, 2, 0, 0, 0, 0]);
    expect(await report(world)).toMatchObject({ count: 3, minLength: most, maxLength: most });
  });
});

test('the return of a long episode keeps the digits of each reward', async () => {
  const shader = clock.shader.replace('Step((*state).steps,', 'Step(0.1,');
  const environment = { ...clock, shader, maxEpisodeSteps: null };
  const world = await openClock({ environment, steps: 101 });
  const { runtime, environments } = world;
  // As after 999,900 steps: float32 numbers near 100,000 are 0.008 apart.
  const before = 999_900 * Math.fround(0.1);
  const floats = Float32Array.from(await readFloats(runtime, environments.episodes));
  for (let n = 0; n < 3; n++) {
    const [value, rest] = [Math.fround(before), before - Math.fround(before)];
    floats.set([value, rest], n * EPISODE_WORDS + EPISODE_WORD.runningReturn);
  }
  writeTensor(runtime.gpu, environments.episodes, floats);
  // Episodes of 99, 100 and 101 more steps.
  await playActions(
    world,
    Array.from({ length: 101 }, (_, t) => [0, 1, 2].map((n) => Number(t === n + 98))),
  );
  const sums = [99, 100, 101].map((steps) => before + steps * Math.fround(0.1));
  expect(await report(world)).toMatchObject({
    count: 3,
    minReturn: Math.fround(sums[0]!),
    maxReturn: Math.fround(sums[2]!),
  });
});

test('many environments merge to the same numbers', async () => {
  // One episode of length 1 + n mod 7 in each of 201 environments, and nothing else.
  const envs = 201;
  const world = await openClock({ environment: { ...clock, maxEpisodeSteps: null }, envs });
  const actions = ACTIONS.map((_, t) =>
    Array.from({ length: envs }, (_, n) => Number(n % 7 === t)),
  );
  await playActions(world, actions);
  const said = await report(world);
  const lengths = Array.from({ length: envs }, (_, n) => 1 + (n % 7));
  const mean = lengths.reduce((sum, length) => sum + length, 0) / envs;
  const square = lengths.reduce((sum, length) => sum + length ** 2, 0) / envs;
  expect(said).toMatchObject({ count: envs, minLength: 1, maxLength: 7, maxReturn: 28 });
  expect(said.meanLength).toBeCloseTo(mean, 5);
  expect(said.stdLength).toBeCloseTo(Math.sqrt(square - mean ** 2), 5);
});

test('in an evaluation every environment plays one episode and stops', async () => {
  const world = await openClock({ mode: { greedy: true, episodeLimit: 1, groupSize: 0 } });
  await playActions(world, ACTIONS);
  const states = await readStates(world);
  await playActions(
    world,
    ACTIONS.map((row) => row.map(() => 0)),
  );
  expect(await readStates(world)).toEqual(states);
  const words = await readFloats(world.runtime, world.environments.episodes);
  const read = (n: number, word: number): number => words[n * EPISODE_WORDS + word]!;
  const counts = [0, 1, 2].map((n) => read(n, EPISODE_WORD.count));
  expect(counts).toEqual([1, 1, 1]);
  // The first episodes of each: 3, 2 and 1 steps.
  expect([0, 1, 2].map((n) => read(n, EPISODE_WORD.meanReturn))).toEqual([6, 3, 1]);
  expect((await report(world)).count).toBe(3);
});
