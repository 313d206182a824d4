/** The minimax that trained policies are measured against: does it play as it should? */
import { expect, test } from 'vitest';
import { connectFour, EMPTY } from '../connect-four';
import { Rng, STREAM } from '../rng';
import { minimax, nothing, openLines } from './connect-four';
import { playMatch, scoreOf } from './match';
import { randomPolicy, type ScriptedPolicy } from './policy';

const onEmpty = { ...connectFour, reset: () => EMPTY };

/** The state after these columns, from the empty board. */
function after(...columns: readonly number[]) {
  const rng = new Rng({ seed: 0, stream: STREAM.step, domain: 0 }, 0, 0, 0);
  return columns.reduce((state, column) => connectFour.step(state, [column], rng).state, EMPTY);
}

/** All choices that a policy makes in a state. */
function choicesOf(policy: ScriptedPolicy<ReturnType<typeof after>>, columns: readonly number[]) {
  const state = after(...columns);
  const all = Array.from({ length: 100 }, (_, n) =>
    policy(state, new Rng({ seed: 1, stream: STREAM.act, domain: 0 }, 0, 0, n)),
  );
  return [...new Set(all)].sort();
}

test('it wins where it can, at once', () => {
  // Three in a row at the bottom, open on both sides.
  expect(choicesOf(minimax(4, nothing), [1, 1, 2, 2, 3, 3])).toEqual([0, 4]);
});

test('it stops what would win', () => {
  expect(choicesOf(minimax(4, nothing), [0, 1, 0, 1, 0])).toEqual([0]);
});

test('it sees two plies further that two open ends win', () => {
  // Two in a row with free ends: a third one cannot be stopped.
  expect(choicesOf(minimax(3, nothing), [2, 2, 3, 3])).toEqual([1, 4]);
  expect(choicesOf(minimax(1, nothing), [2, 2, 3, 3])).toEqual([0, 1, 2, 3, 4, 5, 6]);
  // And the other one must take an end before.
  expect(choicesOf(minimax(4, nothing), [2, 6, 3])).toEqual([1, 4]);
});

test('it takes any of equal moves, and the middle where lines count', () => {
  expect(choicesOf(minimax(4, nothing), [])).toEqual([0, 1, 2, 3, 4, 5, 6]);
  expect(choicesOf(minimax(1, openLines), [])).toEqual([3]);
});

test('pruning changes no value: a deeper search beats a shallow one', () => {
  const options = { openings: 10, plies: [2, 4], choices: 7, seed: 1 } as const;
  const random = randomPolicy(connectFour, 7);
  expect(scoreOf(playMatch(onEmpty, minimax(2, nothing), random, options))).toBeGreaterThan(0.9);
  const result = playMatch(onEmpty, minimax(4, openLines), minimax(1, openLines), options);
  expect(scoreOf(result)).toBeGreaterThan(0.7);
  expect(result.wins + result.draws + result.losses).toBe(20);
});
