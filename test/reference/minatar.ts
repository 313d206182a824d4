/**
 * What the twins of the MinAtar games share (Young and Tian 2019). They keep to the package's order
 * of random draws, each of which is one `rng.random()`, and to its order of lists.
 */

import type { Rng } from './rng';

/** Columns and rows of the grid. */
export const SIDE = 10;

/** The params of the descriptions. */
export interface MinatarParams {
  /** Of repeating the action before. */
  readonly stickyProbability: number;
  /** Whether the game becomes more difficult. */
  readonly ramping: boolean;
}

export const MINATAR_PARAMS: MinatarParams = { stickyProbability: 0.1, ramping: true };

/** The action that is taken. */
export function stickyAction(
  chosen: number,
  last: number,
  { stickyProbability }: MinatarParams,
  rng: Rng,
): number {
  return rng.random() < stickyProbability ? last : chosen;
}

/** An integer from 0 to count - 1. */
export function drawBelow(count: number, rng: Rng): number {
  return Math.floor(rng.random() * count);
}

/** A channel of a cell. */
export type Mark = readonly [x: number, y: number, channel: number];

/** Ones for the marks within the grid: row by row, cell by cell, channel by channel. */
export function gridOf(channels: number, marks: readonly Mark[]): number[] {
  const grid = new Array<number>(SIDE * SIDE * channels).fill(0);
  for (const [x, y, channel] of marks) {
    if (isOnGrid(x) && isOnGrid(y)) grid[(y * SIDE + x) * channels + channel] = 1;
  }
  return grid;
}

export const isOnGrid = (place: number): boolean => place >= 0 && place < SIDE;

export const clampToGrid = (place: number): number => Math.min(Math.max(place, 0), SIDE - 1);
