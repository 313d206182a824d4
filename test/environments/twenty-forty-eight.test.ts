/** The rules of 2048, one by one, on the device and by the twin. */
import { beforeAll, describe, expect, test } from 'vitest';
import { TWINS } from '../reference/environments';
import { Rng, STREAM } from '../reference/rng';
import { openTestGpu } from '../support/gpu';
import { stepOf, stepsOf } from './rule-steps';

const ID = '2048-v0';
const [UP, RIGHT, DOWN, LEFT] = [0, 1, 2, 3];

/** Tiles by their numbers, 0 for an empty cell, row by row. */
const board = (...tiles: readonly number[]) => ({
  tiles: tiles.map((tile) => (tile === 0 ? 0 : Math.log2(tile))),
});

const numbersOf = (tiles: unknown): number[] =>
  (tiles as readonly number[]).map((exponent) => (exponent === 0 ? 0 : 2 ** exponent));

/** The tiles after a step without the new one, which must be in a cell that was empty. */
function withoutNew(tiles: unknown, expected: readonly number[]): number[] {
  const numbers = numbersOf(tiles);
  const added = numbers.flatMap((number, cell) => (number !== expected[cell] ? [cell] : []));
  expect(added).toHaveLength(1);
  expect([2, 4]).toContain(numbers[added[0]!]);
  return numbers.with(added[0]!, 0);
}

beforeAll(async () => void (await openTestGpu()));

const EMPTY_ROWS = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];

describe('a row that is pushed to the left', () => {
  test.each<[string, number[], number[], number]>([
    ['closes its gaps', [0, 2, 0, 4], [2, 4, 0, 0], 0],
    ['merges equal tiles into their sum', [2, 2, 0, 0], [4, 0, 0, 0], 4],
    ['merges across gaps', [8, 0, 0, 8], [16, 0, 0, 0], 16],
    ['merges the foremost pair of three', [4, 4, 4, 0], [8, 4, 0, 0], 8],
    ['merges two pairs', [2, 2, 2, 2], [4, 4, 0, 0], 8],
    ['merges no tile twice', [4, 2, 2, 0], [4, 4, 0, 0], 4],
    ['does not merge what is not side by side', [2, 4, 2, 0], [2, 4, 2, 0], 0],
    ['counts large tiles exactly', [32768, 32768, 65536, 65536], [65536, 131072, 0, 0], 196608],
  ])('%s', async (_, row, pushed, points) => {
    // A tile in the last column of another row moves in any case.
    const rest = EMPTY_ROWS.with(3, 1024);
    const expected = [...pushed, ...EMPTY_ROWS.with(0, 1024)];
    const { fields, reward, terminated } = await stepOf(ID, board(...row, ...rest), LEFT);
    expect(withoutNew(fields.tiles, expected)).toEqual(expected);
    expect([reward, terminated]).toEqual([points, false]);
  });
});

test('each choice pushes to its own side', async () => {
  const fields = board(0, 0, 0, 0, 0, 2, 4, 0, 0, 2, 8, 0, 0, 0, 0, 0);
  const steps = await stepsOf(
    ID,
    [UP, RIGHT, DOWN, LEFT].map((action) => ({ fields, action })),
  );
  const expected = [
    [0, 4, 4, 0, 0, 0, 8, 0, 0, 0, 0, 0, 0, 0, 0, 0],
    [0, 0, 0, 0, 0, 0, 2, 4, 0, 0, 2, 8, 0, 0, 0, 0],
    [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 4, 0, 0, 4, 8, 0],
    [0, 0, 0, 0, 2, 4, 0, 0, 2, 8, 0, 0, 0, 0, 0, 0],
  ];
  expect(steps.map(({ fields }, n) => withoutNew(fields.tiles, expected[n]!))).toEqual(expected);
  expect(steps.map(({ reward }) => reward)).toEqual([4, 0, 4, 0]);
});

const CORNERED = board(2, 4, 0, 0, ...EMPTY_ROWS);

test('a choice that changes nothing is forbidden, and does nothing', async () => {
  const steps = await stepsOf(
    ID,
    [UP, LEFT].map((action) => ({ fields: CORNERED, action })),
  );
  for (const { fields, reward, terminated } of steps) {
    expect(fields).toEqual(CORNERED);
    expect([reward, terminated]).toEqual([0, false]);
  }
  expect(TWINS[ID]!.actionMask!(CORNERED)).toEqual([false, true, true, false]);
});

test('the game ends with a full board without equal neighbours', async () => {
  const stuck = [2, 4, 8, 16, 4, 8, 16, 32, 8, 16, 32, 64];
  // The new tile is a 2 or a 4, and its neighbours are neither.
  const lost = await stepOf(ID, board(...stuck, 0, 256, 512, 1024), LEFT);
  expect(lost.terminated).toBe(true);
  // Here a 32 comes to lie below another.
  const saved = await stepOf(ID, board(...stuck, 0, 256, 512, 32), LEFT);
  expect(saved.terminated).toBe(false);
  const pair = await stepOf(ID, board(...stuck, 0, 256, 512, 512), LEFT);
  expect([pair.reward, pair.terminated]).toEqual([1024, false]);
});

test('an observation has a 1 for each tile, and the largest two look alike', async () => {
  const fields = board(2, 0, 0, 65536, 131072, ...EMPTY_ROWS.slice(0, 11));
  const { observation } = await stepOf(ID, fields, DOWN);
  const shown = (cell: number): number[] => [...observation.slice(16 * cell, 16 * (cell + 1))];
  const only = (exponent: number): number[] =>
    Array.from({ length: 16 }, (_, index) => (index === exponent - 1 ? 1 : 0));
  expect(shown(15)).toEqual(only(16));
  expect(shown(12)).toEqual(only(16));
  expect(shown(8)).toEqual(only(1));
  expect(observation.filter((value) => value === 1)).toHaveLength(4);
});

test('a game starts with two tiles, nine of ten a 2', () => {
  const starts = Array.from({ length: 2000 }, (_, n) =>
    TWINS[ID]!.reset(new Rng({ seed: 1, stream: STREAM.reset, domain: 0 }, 0, 0, n)),
  ).map((state) => (state as { readonly tiles: readonly number[] }).tiles);
  const tiles = starts.map((start) => start.filter((tile) => tile > 0));
  expect(tiles.every(({ length }) => length === 2)).toBe(true);
  const twos = tiles.flat().filter((tile) => tile === 1).length;
  expect(Math.abs(twos / 4000 - 0.9)).toBeLessThan(0.02);
  const places = Array.from({ length: 16 }, (_, cell) => starts.filter((s) => s[cell]! > 0).length);
  expect(Math.min(...places)).toBeGreaterThan(200);
  expect(Math.max(...places)).toBeLessThan(300);
});
