/** Snake: towards the food, without dying in this very move. */

import { cellFrom, directionOf, headingAfter, type SnakeState } from '../snake';
import type { ScriptedPolicy } from './policy';

/** Straight on is preferred among equals. */
const CHOICES = [1, 0, 2];

const stepsBetween = (size: number, a: number, b: number): number =>
  Math.abs((a % size) - (b % size)) + Math.abs(Math.floor(a / size) - Math.floor(b / size));

/** @param size cells of the board in each direction */
export function towardsFood(size: number): ScriptedPolicy<SnakeState> {
  return ({ body, heading, food }) => {
    const distanceOf = (choice: number): number => {
      const cell = cellFrom(size, body[0]!, directionOf(headingAfter(heading, choice)));
      const deadly = cell === undefined || body.slice(0, -1).includes(cell);
      return deadly ? Number.POSITIVE_INFINITY : stepsBetween(size, cell, food);
    };
    return CHOICES.reduce((best, choice) =>
      distanceOf(choice) < distanceOf(best) ? choice : best,
    );
  };
}
