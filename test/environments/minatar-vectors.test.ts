/** The twins of the MinAtar games against what the package does with the same random numbers. */
import { describe, expect, test } from 'vitest';
import { MINATAR_GAMES, RecordedRng, readMinatarVectors } from '../reference/minatar-vectors';

const FILES = readMinatarVectors();

test('there are vectors of every game', () => {
  const games = FILES.map(([, { game }]) => game);
  expect([...new Set(games)].sort()).toEqual(Object.keys(MINATAR_GAMES).sort());
});

describe.each(FILES)('%s', (_, { game, resets, transitions }) => {
  const { twin, stateOf } = MINATAR_GAMES[game]!;

  test('a step of the twin is that of the package', () => {
    expect(transitions.length).toBeGreaterThanOrEqual(50);
    for (const [i, { state, action, draws, ...expected }] of transitions.entries()) {
      const rng = new RecordedRng(draws);
      const step = twin.step(stateOf(state), [action], rng);
      expect(step.state, `state ${i}`).toEqual(stateOf(expected.next_state));
      expect(step.reward, `reward ${i}`).toBe(expected.reward);
      expect(step.terminated, `terminated ${i}`).toBe(expected.terminated);
      expect(rng.left, `draws ${i}`).toBe(0);
      const ones = [...twin.observe(step.state).entries()].filter(([, value]) => value === 1);
      expect(
        ones.map(([place]) => place),
        `observation ${i}`,
      ).toEqual(expected.observed);
    }
  });

  test('a reset of the twin is that of the package', () => {
    expect(resets.length).toBeGreaterThan(0);
    for (const { draws, state } of resets) {
      const rng = new RecordedRng(draws);
      expect(twin.reset(rng)).toEqual(stateOf(state));
      expect(rng.left).toBe(0);
    }
  });

  test('the vectors hold rewards, endings, and actions that stick', () => {
    expect(transitions.some(({ reward }) => reward > 0)).toBe(true);
    expect(transitions.some(({ terminated }) => terminated)).toBe(true);
    const sticks = transitions.filter(({ draws }) => draws[0]! < 0.1);
    expect(sticks.some(({ state, action }) => state.last_action !== action)).toBe(true);
  });
});
