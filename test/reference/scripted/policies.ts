/** Scripted policies by the ids of their environments. */

import { REWARD_MODEL } from '../../../src/environments/token-writer-model';
import { TRADING_PRICES } from '../../../src/environments/trading-prices';
import type { ScriptedPolicy } from './policy';
import { towardsFood } from './snake';
import { bestRepetition } from './token-writer';
import { belowMean } from './trading';
import { mostPoints } from './twenty-forty-eight';
import { awayFromNearest } from './zombie-survival';

export const SCRIPTED: Readonly<Record<string, ScriptedPolicy<never>>> = {
  'Snake-v0': towardsFood(10),
  'Snake-20x20-v0': towardsFood(20),
  '2048-v0': mostPoints,
  'ZombieSurvival-v0': awayFromNearest,
  'Trading-v0': belowMean(TRADING_PRICES),
  'TokenWriter-v0': bestRepetition(REWARD_MODEL),
};
