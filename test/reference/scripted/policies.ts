/** Scripted policies by the ids of their environments. */

import type { ScriptedPolicy } from './policy';
import { towardsFood } from './snake';
import { mostPoints } from './twenty-forty-eight';
import { awayFromNearest } from './zombie-survival';

export const SCRIPTED: Readonly<Record<string, ScriptedPolicy<never>>> = {
  'Snake-v0': towardsFood(10),
  'Snake-20x20-v0': towardsFood(20),
  '2048-v0': mostPoints,
  'ZombieSurvival-v0': awayFromNearest,
};
