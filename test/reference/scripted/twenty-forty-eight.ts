/** 2048: whatever brings most points at once; among equals down, left, right, and up last. */

import { slide, type TwentyFortyEightState, twentyFortyEight } from '../twenty-forty-eight';
import type { ScriptedPolicy } from './policy';

const [UP, RIGHT, DOWN, LEFT] = [0, 1, 2, 3];
const CHOICES = [DOWN, LEFT, RIGHT, UP];

export const mostPoints: ScriptedPolicy<TwentyFortyEightState> = (state) => {
  const mask = twentyFortyEight.actionMask!(state);
  const allowed = CHOICES.filter((choice) => mask[choice]);
  const pointsOf = (choice: number): number => slide(state.tiles, choice).points;
  return allowed.reduce((best, choice) => (pointsOf(choice) > pointsOf(best) ? choice : best));
};
