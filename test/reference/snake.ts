/** Snake-v0 and Snake-20x20-v0: the body is a list of cells, and nothing else is remembered. */

import type { StateFields } from '../../src/environments/state-fields';
import type { Environment } from './environment';
import type { Rng } from './rng';

export interface SnakeState {
  /** Cells from the head to the tail; cell c is column c % size of row ⌊c / size⌋, from below. */
  readonly body: readonly number[];
  /** 0 up, 1 right, 2 down, 3 left */
  readonly heading: number;
  /** Cell; size² where the board is full */
  readonly food: number;
  /** Moves since the last food */
  readonly hunger: number;
}

type Place = readonly [column: number, row: number];

const START_LENGTH = 3;
/** Cells that are seen in each direction. */
const VIEW = 4;
/** By heading. */
const DIRECTIONS: readonly Place[] = [
  [0, 1],
  [1, 0],
  [0, -1],
  [-1, 0],
];

/** The cell behind `steps` moves from another, or undefined beyond the board. */
export function cellFrom(size: number, cell: number, [dx, dy]: Place, steps = 1) {
  const column = (cell % size) + steps * dx;
  const row = Math.floor(cell / size) + steps * dy;
  const outside = Math.min(column, row) < 0 || Math.max(column, row) >= size;
  return outside ? undefined : row * size + column;
}

/** The heading after an action: 0 turns left, 1 goes straight on, 2 turns right. */
export const headingAfter = (heading: number, action: number): number => (heading + action + 3) % 4;

export const directionOf = (heading: number): Place => DIRECTIONS[heading]!;

/** A free cell. */
function foodFor(size: number, body: readonly number[], rng: Rng): number {
  const free = Array.from({ length: size * size }, (_, cell) => cell).filter(
    (cell) => !body.includes(cell),
  );
  return free[Math.floor(Math.fround(rng.random() * free.length))]!;
}

/** How blocked the place is that is `ahead` along the heading and `right` of it. */
function blocked(size: number, { body, heading }: SnakeState, ahead: number, right: number) {
  const [x, y] = directionOf(heading);
  const [dx, dy] = [ahead * x + right * y, ahead * y - right * x];
  const cell = cellFrom(size, body[0]!, [dx, dy]);
  if (cell === undefined) return 1;
  const part = body.indexOf(cell);
  // The tail leaves its cell with the next move.
  const stays = part < 0 ? 0 : body.length - part;
  const distance = Math.abs(ahead) + Math.abs(right);
  return stays > distance ? 0.5 + (0.5 * (stays - distance)) / body.length : 0;
}

/** How far a cell is along the heading and to the right of it. */
function turned(size: number, { body, heading }: SnakeState, cell: number): number[] {
  const [x, y] = directionOf(heading);
  const dx = (cell % size) - (body[0]! % size);
  const dy = Math.floor(cell / size) - Math.floor(body[0]! / size);
  return [dx * x + dy * y, dx * y - dy * x];
}

/** Free cells up to the wall, whatever lies on them. */
function room(size: number, { body }: SnakeState, heading: number): number {
  let cells = 0;
  while (cellFrom(size, body[0]!, directionOf(heading), cells + 1) !== undefined) cells += 1;
  return cells;
}

function observe(size: number, state: SnakeState): number[] {
  const { body, heading, food, hunger } = state;
  const offsets = Array.from({ length: 2 * VIEW + 1 }, (_, index) => index - VIEW);
  const distances = [
    ...turned(size, state, food < size * size ? food : body[0]!),
    ...turned(size, state, body.at(-1)!),
    room(size, state, heading),
    room(size, state, (heading + 1) % 4),
  ];
  return [
    ...offsets.flatMap((ahead) => offsets.map((right) => blocked(size, state, ahead, right))),
    ...distances.map((cells) => cells / (size - 1)),
    body.length / size ** 2,
    hunger / size ** 2,
  ];
}

/** @param size cells of the board in each direction */
export function snakeOn(size: number): Environment<SnakeState> {
  const cells = size * size;
  return {
    maxEpisodeSteps: Number.POSITIVE_INFINITY,

    /** The head is in the middle and the body straight behind it. */
    reset(rng) {
      const heading = Math.floor(4 * rng.random());
      const middle = Math.floor(size / 2) * (size + 1);
      const body = Array.from(
        { length: START_LENGTH },
        (_, part) => cellFrom(size, middle, directionOf(heading), -part)!,
      );
      return { body, heading, food: foodFor(size, body, rng), hunger: 0 };
    },

    step(state, [action], rng) {
      const heading = headingAfter(state.heading, action!);
      const turnedTo = { ...state, heading, hunger: state.hunger + 1 };
      const dead = { state: turnedTo, reward: -1, terminated: true };
      const cell = cellFrom(size, state.body[0]!, directionOf(heading));
      if (cell === undefined) return dead;
      const eats = cell === state.food;
      // The tail makes room before the head arrives, unless the snake grows.
      const rest = eats ? state.body : state.body.slice(0, -1);
      if (rest.includes(cell)) return dead;
      const body = [cell, ...rest];
      if (!eats) {
        const starved = turnedTo.hunger >= cells;
        return { state: { ...turnedTo, body }, reward: starved ? -1 : 0, terminated: starved };
      }
      const full = body.length === cells;
      const food = full ? cells : foodFor(size, body, rng);
      return { state: { body, heading, food, hunger: 0 }, reward: 1, terminated: full };
    },

    observe: (state) => observe(size, state),
  };
}

/** The state that a device has written. */
export function snakeStateOf(fields: StateFields): SnakeState {
  const { leaves, clock, heading, food, hunger } = fields as unknown as {
    readonly leaves: readonly number[];
  } & Readonly<Record<'clock' | 'heading' | 'food' | 'hunger', number>>;
  const body = [...leaves.keys()]
    .filter((cell) => leaves[cell]! > clock)
    .sort((a, b) => leaves[b]! - leaves[a]!);
  return { body, heading, food, hunger };
}
