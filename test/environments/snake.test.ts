/** The rules of Snake, one by one, on the device and by the twin. */
import { beforeAll, expect, test } from 'vitest';
import { findEnvironment } from '../../src/environments/index';
import type { StateFields } from '../../src/environments/state-fields';
import { Rng, STREAM } from '../reference/rng';
import { snakeOn, snakeStateOf } from '../reference/snake';
import { openTestGpu } from '../support/gpu';
import { stepOf, stepsOf } from './rule-steps';

const ID = 'Snake-v0';
const SIZE = 10;
const CELLS = SIZE * SIZE;
const [LEFT, STRAIGHT, RIGHT] = [0, 1, 2];
const [UP, EAST, DOWN, WEST] = [0, 1, 2, 3];

/** A cell by its column and row. */
const at = (column: number, row: number): number => row * SIZE + column;

interface Board {
  /** From the head to the tail. */
  readonly body: readonly number[];
  readonly heading: number;
  readonly food?: number;
  readonly hunger?: number;
}

/** The struct of a board, at a clock of 7. */
function fieldsOf({ body, heading, food = at(9, 9), hunger = 0 }: Board): StateFields {
  const clock = 7;
  const leaves = Array.from({ length: CELLS }, (_, cell) => {
    const part = body.indexOf(cell);
    return part < 0 ? 0 : clock + body.length - part;
  });
  return { leaves, clock, head: body[0]!, heading, length: body.length, food, hunger };
}

const bodyOf = (fields: StateFields): readonly number[] => snakeStateOf(fields).body;

const SHORT: Board = { body: [at(4, 4), at(3, 4), at(2, 4)], heading: EAST };

beforeAll(async () => void (await openTestGpu()));

test('it moves straight on or to its own left and right, and the tail follows', async () => {
  const fields = fieldsOf(SHORT);
  const [left, straight, right] = await stepsOf(
    ID,
    [LEFT, STRAIGHT, RIGHT].map((action) => ({ fields, action })),
  );
  expect(bodyOf(left!.fields)).toEqual([at(4, 5), at(4, 4), at(3, 4)]);
  expect(bodyOf(straight!.fields)).toEqual([at(5, 4), at(4, 4), at(3, 4)]);
  expect(bodyOf(right!.fields)).toEqual([at(4, 3), at(4, 4), at(3, 4)]);
  expect([left, straight, right].map((step) => step!.fields.heading)).toEqual([UP, EAST, DOWN]);
  expect([left, straight, right].map((step) => step!.reward)).toEqual([0, 0, 0]);
});

test('food is a point and a cell of length, ends the hunger and appears elsewhere', async () => {
  const food = at(5, 4);
  const step = await stepOf(ID, fieldsOf({ ...SHORT, food, hunger: 9 }), STRAIGHT);
  expect([step.reward, step.terminated]).toEqual([1, false]);
  expect(bodyOf(step.fields)).toEqual([food, ...SHORT.body]);
  expect(step.fields.hunger).toBe(0);
  expect(bodyOf(step.fields)).not.toContain(step.fields.food);
  expect(step.fields.food).toBeLessThan(CELLS);
});

test('each of the four walls is deadly, and costs a point', async () => {
  const walls: Board[] = [
    { body: [at(9, 5), at(8, 5), at(7, 5)], heading: EAST },
    { body: [at(0, 5), at(1, 5), at(2, 5)], heading: WEST },
    { body: [at(5, 9), at(5, 8), at(5, 7)], heading: UP },
    { body: [at(5, 0), at(5, 1), at(5, 2)], heading: DOWN },
  ];
  const cases = walls.map((board) => ({ fields: fieldsOf(board), action: STRAIGHT }));
  for (const [index, step] of (await stepsOf(ID, cases)).entries()) {
    expect([step.reward, step.terminated]).toEqual([-1, true]);
    expect(bodyOf(step.fields)).toEqual(walls[index]!.body);
  }
});

/** A ring of four cells, so that the tail lies to the left of the head. */
const RING: Board = {
  body: [at(4, 4), at(3, 4), at(3, 5), at(4, 5)],
  heading: EAST,
};

test('the own body is deadly, but for the tail, which leaves in time', async () => {
  const longer = { ...RING, body: [...RING.body, at(5, 5)] };
  const [tail, bitten] = await stepsOf(ID, [
    { fields: fieldsOf(RING), action: LEFT },
    { fields: fieldsOf(longer), action: LEFT },
  ]);
  expect([tail!.reward, tail!.terminated]).toEqual([0, false]);
  expect(bodyOf(tail!.fields)).toEqual([at(4, 5), at(4, 4), at(3, 4), at(3, 5)]);
  expect([bitten!.reward, bitten!.terminated]).toEqual([-1, true]);
});

test('it starves with the hundredth move without food', async () => {
  const [hungry, starved] = await stepsOf(ID, [
    { fields: fieldsOf({ ...SHORT, hunger: CELLS - 2 }), action: STRAIGHT },
    { fields: fieldsOf({ ...SHORT, hunger: CELLS - 1 }), action: STRAIGHT },
  ]);
  expect([hungry!.reward, hungry!.terminated]).toEqual([0, false]);
  expect([starved!.reward, starved!.terminated]).toEqual([-1, true]);
});

/** A tour of all cells, row by row and back. */
const TOUR = Array.from({ length: CELLS }, (_, index) => {
  const row = Math.floor(index / SIZE);
  return at(row % 2 === 0 ? index % SIZE : SIZE - 1 - (index % SIZE), row);
});

test('the last food fills the board and ends the episode well', async () => {
  const [food, ...body] = TOUR;
  // Before the first cell of the tour comes its second.
  const step = await stepOf(ID, fieldsOf({ body, heading: WEST, food: food! }), STRAIGHT);
  expect([step.reward, step.terminated]).toEqual([1, true]);
  expect(bodyOf(step.fields)).toEqual(TOUR);
  expect(step.fields.food).toBe(CELLS);
});

test('with one free cell left, the food appears there', async () => {
  const [free, food, ...body] = TOUR;
  const step = await stepOf(ID, fieldsOf({ body, heading: WEST, food: food! }), STRAIGHT);
  expect([step.reward, step.terminated]).toEqual([1, false]);
  expect(step.fields.food).toBe(free);
});

test('the window shows walls, the body for as long as it stays, and nothing else', async () => {
  const fields = fieldsOf({ body: [at(1, 8), at(1, 7), at(1, 6)], heading: UP, food: at(5, 8) });
  const { observation } = await stepOf(ID, fields, STRAIGHT);
  // The head is at (1, 9) now, under the upper wall and one cell from the left one.
  const seen = (name: string): number =>
    observation[findEnvironment(ID).observation.findIndex((field) => field.name === name)]!;
  expect(seen('blocked 1 ahead, 0 right')).toBe(1);
  expect(seen('blocked 0 ahead, 1 left')).toBe(0);
  expect(seen('blocked 0 ahead, 2 left')).toBe(1);
  // Behind it is the body, which stays for two moves: one longer than it takes to get there.
  expect(seen('blocked 1 behind, 0 right')).toBeCloseTo(0.5 + 0.5 / 3, 6);
  // The tail leaves with the next move.
  expect(seen('blocked 2 behind, 0 right')).toBe(0);
  expect(seen('food ahead')).toBeCloseTo(-1 / 9, 6);
  expect(seen('food to the right')).toBeCloseTo(4 / 9, 6);
  expect(seen('tail ahead')).toBeCloseTo(-2 / 9, 6);
  expect(seen('room ahead')).toBe(0);
  expect(seen('room to the right')).toBeCloseTo(8 / 9, 6);
  expect(seen('length')).toBeCloseTo(0.03, 6);
  expect(seen('hunger')).toBeCloseTo(0.01, 6);
});

test.each([10, 20])(
  'on a board of %i rows it starts in the middle, with food elsewhere',
  (size) => {
    const twin = snakeOn(size);
    const starts = Array.from({ length: 2000 }, (_, n) =>
      twin.reset(new Rng({ seed: 1, stream: STREAM.reset, domain: 0 }, 0, 0, n)),
    );
    expect(new Set(starts.map(({ heading }) => heading)).size).toBe(4);
    expect(new Set(starts.map(({ body }) => body[0])).size).toBe(1);
    expect(starts.every(({ body, food }) => body.length === 3 && !body.includes(food))).toBe(true);
    expect(new Set(starts.map(({ food }) => food)).size).toBeGreaterThan(0.9 * size * size);
  },
);
