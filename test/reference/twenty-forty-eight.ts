/** 2048-v0: rows and columns as lists of tiles, in integers throughout. */

import type { StateFields } from '../../src/environments/state-fields';
import type { Environment } from './environment';
import type { Rng } from './rng';

/** Exponents, row by row from the upper left: a tile of 2^n is n, an empty cell 0. [16] */
export type Tiles = readonly number[];

export interface TwentyFortyEightState {
  readonly tiles: Tiles;
}

const SIDE = 4;
const SIDES = [0, 1, 2, 3];
/** Larger tiles are shown as the largest. */
const EXPONENTS = Array.from({ length: 16 }, (_, index) => index + 1);

/** The cells of a row or column, from the side that a choice (up, right, down, left) moves to. */
function cellsOf(choice: number, line: number): number[] {
  const cells = SIDES.map((place) =>
    choice % 2 === 0 ? place * SIDE + line : line * SIDE + place,
  );
  return choice === 1 || choice === 2 ? cells.reverse() : cells;
}

/** Pushes the tiles of one line to its beginning. */
function pushed(line: readonly number[]): { readonly line: number[]; readonly points: number } {
  const tiles = line.filter((tile) => tile > 0);
  const result: number[] = [];
  let points = 0;
  while (tiles.length > 0) {
    const tile = tiles.shift()!;
    if (tile === tiles[0]) {
      tiles.shift();
      result.push(tile + 1);
      points += 2 ** (tile + 1);
    } else {
      result.push(tile);
    }
  }
  return { line: [...result, ...line.slice(result.length).map(() => 0)], points };
}

/** All lines pushed towards one side, and the points of the merges. */
export function slide(tiles: Tiles, choice: number): { tiles: number[]; points: number } {
  const next = [...tiles];
  let points = 0;
  for (const side of SIDES) {
    const cells = cellsOf(choice, side);
    const moved = pushed(cells.map((cell) => tiles[cell]!));
    for (const [place, cell] of cells.entries()) next[cell] = moved.line[place]!;
    points += moved.points;
  }
  return { tiles: next, points };
}

/** Whether each choice changes anything. */
const allowed = (tiles: Tiles): boolean[] =>
  SIDES.map((choice) => slide(tiles, choice).tiles.some((tile, cell) => tile !== tiles[cell]));

function withNewTile(tiles: Tiles, rng: Rng): number[] {
  const empty = [...tiles.keys()].filter((cell) => tiles[cell] === 0);
  const [place, kind] = rng.random4();
  const cell = empty[Math.floor(Math.fround(place * empty.length))]!;
  return tiles.with(cell, kind < Math.fround(0.9) ? 1 : 2);
}

export const twentyFortyEight: Environment<TwentyFortyEightState> = {
  maxEpisodeSteps: Number.POSITIVE_INFINITY,

  reset(rng) {
    const tiles = Array.from({ length: SIDE * SIDE }, () => 0);
    return { tiles: withNewTile(withNewTile(tiles, rng), rng) };
  },

  step({ tiles }, [choice], rng) {
    if (!allowed(tiles)[choice!]) return { state: { tiles }, reward: 0, terminated: false };
    const moved = slide(tiles, choice!);
    const next = withNewTile(moved.tiles, rng);
    return {
      state: { tiles: next },
      reward: moved.points,
      terminated: !allowed(next).includes(true),
    };
  },

  /** One-hot, cell by cell. */
  observe: ({ tiles }) =>
    tiles.flatMap((tile) =>
      EXPONENTS.map((exponent) => (Math.min(tile, EXPONENTS.length) === exponent ? 1 : 0)),
    ),

  actionMask: ({ tiles }) => allowed(tiles),
};

/** The state that a device has written. */
export function twentyFortyEightStateOf({ tiles }: StateFields): TwentyFortyEightState {
  return { tiles: tiles as Tiles };
}
