/** Trading: buy and hold, and a rule about the mean of the latest 64 days. */

import { meanBefore, type TradingState } from '../trading';
import type { ScriptedPolicy } from './policy';

const [NONE, ALL] = [0, 2];

export const buyAndHold: ScriptedPolicy<TradingState> = () => ALL;

/** All in shares below the mean, and none above it. */
export function belowMean(prices: ArrayLike<number>): ScriptedPolicy<TradingState> {
  return ({ day }) => (prices[day]! < meanBefore(prices, day) ? ALL : NONE);
}
