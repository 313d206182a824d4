/** ConnectFour-v0: columns as lists of stones from below; all lines of four are looked at. */

import type { StateFields } from '../../src/environments/state-fields';
import type { Environment } from './environment';

/** A stone of the player to move, or of the other. */
export type Stone = 0 | 1;

export interface ConnectFourState {
  /** [7], each from below */
  readonly columns: readonly (readonly Stone[])[];
}

export const COLUMNS = 7;
export const ROWS = 6;
/** Stones in random columns with which a game begins, at most; nobody has won by then. */
const RANDOM_PLIES = 12;
const ALL_COLUMNS = Array.from({ length: COLUMNS }, (_, column) => column);
const ALL_ROWS = Array.from({ length: ROWS }, (_, row) => row);
const STEPS = [0, 1, 2, 3];
const DIRECTIONS = [
  [1, 0],
  [0, 1],
  [1, 1],
  [1, -1],
] as const;

/** The cells [column, row] of all lines of four that lie on the board. */
export const LINES = ALL_COLUMNS.flatMap((column) =>
  ALL_ROWS.flatMap((row) =>
    DIRECTIONS.map(([x, y]) => STEPS.map((step) => [column + step * x, row + step * y] as const)),
  ),
).filter((line) => {
  const [column, row] = line[3]!;
  return column < COLUMNS && row >= 0 && row < ROWS;
});

const hasFour = (columns: ConnectFourState['columns'], owner: Stone): boolean =>
  LINES.some((line) => line.every(([column, row]) => columns[column]![row] === owner));

const swapped = (columns: ConnectFourState['columns']): Stone[][] =>
  columns.map((column) => column.map((stone) => (stone === 0 ? 1 : 0)));

/** Without any stones. */
export const EMPTY: ConnectFourState = { columns: ALL_COLUMNS.map(() => []) };

export const connectFour: Environment<ConnectFourState> = {
  maxEpisodeSteps: Number.POSITIVE_INFINITY,

  reset(rng) {
    const plies = Math.floor(rng.random() * (RANDOM_PLIES + 1));
    let columns: ConnectFourState['columns'] = EMPTY.columns;
    for (let ply = 0; ply < plies; ply++) {
      const first = Math.floor(rng.random() * COLUMNS);
      const choices = ALL_COLUMNS.map((tries) => (first + tries) % COLUMNS);
      const dropped = choices
        .filter((choice) => columns[choice]!.length < ROWS)
        .map((choice) => columns.with(choice, [...columns[choice]!, 0]))
        .find((next) => !hasFour(next, 0));
      if (dropped) columns = swapped(dropped);
    }
    return { columns };
  },

  step({ columns }, [choice]) {
    const column = columns[choice!]!;
    if (column.length === ROWS) return { state: { columns }, reward: -1, terminated: true };
    const next = columns.with(choice!, [...column, 0]);
    const won = hasFour(next, 0);
    const full = next.every(({ length }) => length === ROWS);
    return { state: { columns: swapped(next) }, reward: won ? 1 : 0, terminated: won || full };
  },

  observe: ({ columns }) =>
    ([0, 1] as const).flatMap((owner) =>
      columns.flatMap((column) => ALL_ROWS.map((row) => Number(column[row] === owner))),
    ),

  actionMask: ({ columns }) => columns.map(({ length }) => length < ROWS),
};

/** The state that a device has written: two words of bits per column. */
export function connectFourStateOf({ stones }: StateFields): ConnectFourState {
  const words = stones as unknown as readonly (readonly [number, number])[];
  return {
    columns: words.map(([mover, other]) =>
      ALL_ROWS.filter((row) => ((mover | other) >> row) & 1).map(
        (row) => ((other >> row) & 1) as Stone,
      ),
    ),
  };
}

/** What the device has in this state. */
export function connectFourFields({ columns }: ConnectFourState): StateFields {
  const bits = (column: readonly Stone[], owner: Stone): number =>
    column.reduce((sum: number, stone, row) => sum + (stone === owner ? 2 ** row : 0), 0);
  return { stones: columns.map((column) => [bits(column, 0), bits(column, 1)]) };
}
