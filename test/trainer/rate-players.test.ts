/** Elo ratings from games whose numbers were computed by hand. */
import { expect, test } from 'vitest';
import { readTensor, writeTensor } from '../../src/gpu/readback';
import { EPISODE_WORD, EPISODE_WORDS } from '../../src/rollout/episode';
import { ratePlayers } from '../../src/trainer/rate-players';
import { floats, openRuntime, readFloats, runDispatches, words } from '../support/run-dispatches';

interface Game {
  readonly count: number;
  readonly meanReturn: number;
}

/** Ratings of one agent and two opponents after games on four boards, two of each opponent. */
async function rate(ratings: readonly number[], games: readonly Game[]) {
  const runtime = await openRuntime();
  const episodes = floats(runtime, [1, games.length, EPISODE_WORDS]);
  const all = new Float32Array(games.length * EPISODE_WORDS);
  for (const [n, { count, meanReturn }] of games.entries()) {
    all[n * EPISODE_WORDS + EPISODE_WORD.count] = count;
    all[n * EPISODE_WORDS + EPISODE_WORD.meanReturn] = meanReturn;
  }
  writeTensor(runtime.gpu, episodes, all);
  const pool = {
    opponents: floats(runtime, [1, 2, 1]),
    ratings: floats(runtime, [1, 3], ratings),
  };
  const reports = words(runtime, [1, 5]);
  const sizes = { agents: 1, envs: games.length, stride: 4, steps: 1, rows: 2 };
  const dispatch = ratePlayers(runtime, { sizes, episodes, pool, reports, firstColumn: 2 });
  await runDispatches(runtime, [dispatch]);
  const after = await readFloats(runtime, pool.ratings);
  const columns = new Float32Array(await readTensor(runtime.gpu, reports));
  runtime.arena.destroy();
  runtime.kernels.destroy();
  return { after, columns: [...columns.subarray(0, 5)] };
}

test('each game moves the rating by 16 times what it brought beyond expectation', async () => {
  // Expected of a game: 1/2 against 0, 1/11 against 400.
  // 2 (1 - 1/2) + 1 (0 - 1/2) + 3 (1/2 - 1/11) = 1.727273, times 16.
  const { after, columns } = await rate(
    [0, 400, 0],
    [
      { count: 2, meanReturn: 1 },
      { count: 1, meanReturn: -1 },
      { count: 3, meanReturn: 0 },
      { count: 0, meanReturn: 0 },
    ],
  );
  expect(after.slice(0, 2)).toEqual([0, 400]);
  expect(after[2]).toBeCloseTo(27.63636, 3);
  // 2 won and 3 drawn.
  expect(columns[3]).toBe(3.5);
  expect(columns[2]).toBe(after[2]);
  expect([columns[0], columns[1], columns[4]]).toEqual([0, 0, 0]);
});

test('many games together move it by 400 times their mean at most', async () => {
  // 1,000 games with 3/4 of the points, where 1/2 was expected: 400 / 1000 · 1000 · 1/4.
  const board = { count: 250, meanReturn: 0.5 };
  const { after } = await rate([100, 100, 100], [board, board, board, board]);
  expect(after[2]).toBeCloseTo(200, 3);
});

test('returns beyond 1 are a whole point, and no games change nothing', async () => {
  const none = { count: 0, meanReturn: 0 };
  const { after } = await rate([0, 0, 0], [{ count: 1, meanReturn: 7 }, none, none, none]);
  expect(after[2]).toBeCloseTo(8, 4);
  expect((await rate([5, 6, 7], [none, none, none, none])).after).toEqual([5, 6, 7]);
});
