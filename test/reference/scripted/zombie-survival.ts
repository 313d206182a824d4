/** ZombieSurvival: straight away from the nearest zombie. */

import { DIRECTIONS, lengthOf, wayFrom, type ZombieSurvivalState } from '../zombie-survival';
import type { ScriptedPolicy } from './policy';

export const awayFromNearest: ScriptedPolicy<ZombieSurvivalState> = ({ survivor, zombies }) => {
  const [x, y] = zombies
    .map(({ place }) => wayFrom(place, survivor))
    .reduce((nearest, way) => (lengthOf(way) < lengthOf(nearest) ? way : nearest));
  const progress = DIRECTIONS.map(([dx, dy]) => dx * x + dy * y);
  return progress.indexOf(Math.max(...progress));
};
