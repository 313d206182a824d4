/** Connect Four: minimax with alpha-beta pruning, in place on a board of numbers. */

import { COLUMNS, type ConnectFourState, LINES, ROWS } from '../connect-four';
import type { Rng } from '../rng';
import type { ScriptedPolicy } from './policy';

/** What a position is worth to the player to move where the search stops, a whole number. */
export type Evaluation = (cells: Int8Array) => number;

/** A win now; later ones are worth one less per ply. No evaluation may come near it. */
const WIN = 1_000_000;
const CELLS = COLUMNS * ROWS;
/** From the middle outwards, where alpha-beta finds good moves early. */
const ORDER = [3, 2, 4, 1, 5, 0, 6];

const cellOf = (column: number, row: number): number => column * ROWS + row;
const LINE_CELLS = LINES.map((line) => line.map(([column, row]) => cellOf(column, row)));
const LINES_THROUGH = Array.from({ length: CELLS }, (_, cell) =>
  LINE_CELLS.filter((line) => line.includes(cell)),
);

/** All positions are alike unless somebody has won. */
export const nothing: Evaluation = () => 0;

/** By how many stones of one player a line has, if the other has none in it. */
const LINE_VALUES = [0, 1, 4, 16, 0];
/** A stone in the middle column. */
const MIDDLE_VALUE = 3;

/** Lines that may still become four in a row, the more the more stones they have. */
export const openLines: Evaluation = (cells) => {
  let value = 0;
  for (const line of LINE_CELLS) {
    let [own, other] = [0, 0];
    for (const cell of line) {
      if (cells[cell] === 1) own += 1;
      else if (cells[cell] === -1) other += 1;
    }
    if (other === 0) value += LINE_VALUES[own]!;
    else if (own === 0) value -= LINE_VALUES[other]!;
  }
  for (let row = 0; row < ROWS; row++) value += MIDDLE_VALUE * cells[cellOf(3, row)]!;
  return value;
};

/** A position that moves are made and taken back in. */
class Position {
  /** 1 the player to move at the root, -1 the other, 0 empty; column by column. */
  private readonly cells = new Int8Array(CELLS);
  private readonly heights: number[];
  private stones = 0;

  constructor(
    { columns }: ConnectFourState,
    private readonly evaluate: Evaluation,
  ) {
    this.heights = columns.map(({ length }) => length);
    for (const [column, stones] of columns.entries()) {
      for (const [row, stone] of stones.entries()) {
        this.cells[cellOf(column, row)] = stone === 0 ? 1 : -1;
        this.stones += 1;
      }
    }
  }

  isFull(column: number): boolean {
    return this.heights[column] === ROWS;
  }

  /**
   * What a move of `player` is worth to them.
   * @param depth plies to look ahead, this one included
   * @param ply of this move, from 0
   */
  valueOf(column: number, player: 1 | -1, depth: number, ply: number, low: number, high: number) {
    const cell = cellOf(column, this.heights[column]!);
    this.cells[cell] = player;
    this.heights[column]! += 1;
    this.stones += 1;
    const value = this.valueAfter(cell, player, depth, ply, low, high);
    this.stones -= 1;
    this.heights[column]! -= 1;
    this.cells[cell] = 0;
    return value;
  }

  private valueAfter(
    cell: number,
    player: 1 | -1,
    depth: number,
    ply: number,
    low: number,
    high: number,
  ): number {
    if (this.isFour(cell, player)) return WIN - ply;
    if (this.stones === CELLS) return 0;
    if (depth === 1) return player * this.evaluate(this.cells);
    return -this.best(-player as 1 | -1, depth - 1, ply + 1, -high, -low);
  }

  private best(player: 1 | -1, depth: number, ply: number, low: number, high: number): number {
    let best = -Infinity;
    for (const column of ORDER) {
      if (this.isFull(column)) continue;
      const value = this.valueOf(column, player, depth, ply, Math.max(low, best), high);
      best = Math.max(best, value);
      if (best >= high) break;
    }
    return best;
  }

  private isFour(cell: number, player: number): boolean {
    const { cells } = this;
    return LINES_THROUGH[cell]!.some((line) => line.every((each) => cells[each] === player));
  }
}

/** The best move so many plies ahead; of equal ones any, with equal probability. */
export function minimax(depth: number, evaluate: Evaluation): ScriptedPolicy<ConnectFourState> {
  return (state, rng: Rng) => {
    const position = new Position(state, evaluate);
    let [best, moves]: [number, number[]] = [-Infinity, []];
    for (const column of ORDER) {
      if (position.isFull(column)) continue;
      // Values up to the best one are told apart from it, those below need not be exact.
      const value = position.valueOf(column, 1, depth, 0, best - 1, Infinity);
      if (value > best) [best, moves] = [value, [column]];
      else if (value === best) moves.push(column);
    }
    return moves[Math.floor(rng.random() * moves.length)]!;
  };
}
