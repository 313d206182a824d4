/** Rollouts of a world of two players, compared with their twin and between forms of one world. */
import { describe, expect, test } from 'vitest';
import type { EnvironmentDefinition } from '../../src/environments/definition';
import type { Environment } from '../reference/environment';
import { expectClose } from '../reference/expect-close';
import {
  type Board,
  firstBoards,
  opponentOf,
  type SelfPlay,
  selfPlay,
  type Turn,
} from '../reference/self-play';
import { NIM, type NimState, nim, nimTwin } from '../support/nim';
import type { RolloutRows } from '../support/world';
import { openPlayedAgainst } from './played-against';

interface Sizes {
  readonly envs: number;
  readonly steps: number;
  readonly opponents: number;
}

/** Rollouts on the device and by the twin, from the first games on. */
async function playBoth(
  environment: EnvironmentDefinition,
  twin: Environment<NimState>,
  { envs, steps, opponents }: Sizes,
  iterations: number,
) {
  const played = await openPlayedAgainst({ environment, envs, steps, opponents, seed: 3 });
  const { learner, opponents: networks } = played;
  const play: SelfPlay<NimState> = {
    ...{ environment: twin, choices: 3, activation: 'tanh', learner, opponents: networks },
    ...{ seed: 3, boards: envs, steps },
  };
  let boards: readonly Board<NimState>[] = firstBoards(play);
  expect(await played.states()).toEqual(boards.map(({ state }) => state.heap));
  const rollouts: { rows: RolloutRows; turns: Turn[][] }[] = [];
  for (let iteration = 0; iteration < iterations; iteration++) {
    const rows = await played.next();
    const rollout = selfPlay(play, boards, iteration);
    boards = rollout.boards;
    expect(await played.states()).toEqual(boards.map(({ state }) => state.heap));
    rollouts.push({ rows, turns: rollout.turns });
  }
  return rollouts;
}

/** [T][N] of a turn's numbers. */
const pick = <T>(turns: readonly (readonly Turn[])[], of: (turn: Turn) => T): T[] =>
  turns.flat().map(of);

function expectTwin({ rows, turns }: { readonly rows: RolloutRows; readonly turns: Turn[][] }) {
  // Each action is followed by its mask.
  const actions = rows.actions.filter((_, row) => row % 2 === 0);
  expect(actions.flat()).toEqual(pick(turns, ({ action }) => action));
  expect(rows.rewards.flat()).toEqual(pick(turns, ({ reward }) => reward));
  const codes = rows.endings.flat().map((code) => Math.min(code, 2));
  expect(codes).toEqual(pick(turns, ({ ending }) => ending));
  const fields = [0, 1].map((f) => turns.map((row) => row.map((turn) => turn.observation[f]!)));
  const seen = rows.observations.slice(0, turns.length);
  for (const [f, expected] of fields.entries()) {
    expectClose(
      seen.flatMap((row) => row[f]!),
      expected.flat(),
      1e-6,
    );
  }
}

describe('a rollout of two players equals that of the twin', () => {
  test.each([
    [1, 9, 1],
    [7, 12, 3],
    [67, 5, 8],
    // More opponents than boards.
    [3, 11, 5],
  ])('%i boards, %i steps, %i opponents', async (envs, steps, opponents) => {
    const sizes = { envs, steps, opponents };
    const rollouts = await playBoth(nim(), nimTwin, sizes, 3);
    for (const rollout of rollouts) expectTwin(rollout);
    if (envs !== 67) return;
    const turns = rollouts.flatMap((rollout) => rollout.turns).flat();
    // Every way in which a step can go.
    expect(new Set(turns.map(({ reward }) => reward))).toEqual(new Set([-1, 0, 1]));
    expect(turns.some(({ byLearner }) => byLearner)).toBe(true);
    expect(turns.some(({ ending, byLearner }) => ending === 1 && !byLearner)).toBe(true);
  });
});

test('a time limit counts steps; the final observation is the one before the reset', async () => {
  const limit = 2;
  const sizes = { envs: 13, steps: 7, opponents: 2 };
  const environment = nim({ maxEpisodeSteps: limit });
  const twin = { ...nimTwin, maxEpisodeSteps: limit };
  const rollouts = await playBoth(environment, twin, sizes, 2);
  let cut = 0;
  for (const { rows, turns } of rollouts) {
    expectTwin({ rows, turns });
    for (const [t, row] of turns.entries()) {
      for (const [n, { final }] of row.entries()) {
        if (!final) continue;
        const slot = rows.endings[t]![n]! - 2;
        const shown = rows.observations[sizes.steps + 1 + slot]!.map((field) => field[n]!);
        expectClose(shown, [...final], 1e-6);
        cut += 1;
      }
    }
  }
  expect(cut).toBeGreaterThan(3);
});

test('shares of boards differ by one at most, and lie side by side', () => {
  for (const [boards, opponents] of [
    [10, 3],
    [3, 5],
    [1, 4],
    [64, 8],
  ] as const) {
    const all = Array.from({ length: boards }, (_, n) => opponentOf(n, boards, opponents));
    expect(all).toEqual(all.toSorted((a, b) => a - b));
    const counts = Array.from({ length: opponents }, (_, q) => all.filter((o) => o === q).length);
    expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1);
  }
});

/** The bits of the heap. */
const BITS = {
  observation: [1, 2, 4, 8].map((bit) => ({ name: `bit ${bit}`, low: 0, high: 1 })),
} as const;

function withObserve(body: string): string {
  return NIM.replace(
    /fn observe[\s\S]*?\n\}/,
    `fn observe(state: State) -> Observation {\n${body}\n}`,
  );
}

test('opponents see bits as the numbers that they are', async () => {
  const numbers = withObserve(
    '  let h = vec4f((vec4u(state.heap) >> vec4u(0u, 1u, 2u, 3u)) & vec4u(1u));\n' +
      '  return Observation(h.x, h.y, h.z, h.w);',
  );
  const words = withObserve('  return Observation(state.heap);');
  const sizes = { envs: 21, steps: 6, opponents: 2 };
  const one = await openPlayedAgainst({ environment: nim({ ...BITS, shader: numbers }), ...sizes });
  const bits = nim({ ...BITS, shader: words, observationFormat: 'bits' });
  const other = await openPlayedAgainst({ environment: bits, ...sizes });
  for (let iteration = 0; iteration < 2; iteration++) {
    expect(await other.next()).toEqual(await one.next());
  }
});

test('masks are those of the player to move, also where tables take their binding', async () => {
  const taking = NIM.replace('1u + u32(action[0])', 'TAKES(u32(action[0]))');
  const shader = `import tables::TAKES;\n${taking}`;
  const tables = { TAKES: { type: 'u32', values: [1, 2, 3] } } as const;
  const sizes = { envs: 9, steps: 8, opponents: 3 };
  const plain = await openPlayedAgainst({ environment: nim(), ...sizes });
  const tabled = await openPlayedAgainst({ environment: nim({ shader, tables }), ...sizes });
  const rows = await plain.next();
  expect(await tabled.next()).toEqual(rows);
  // Some heaps have allowed less than everything.
  const masks = rows.actions.filter((_, row) => row % 2 === 1).flat();
  expect(new Set(masks)).toEqual(new Set([1, 3, 7]));
});
