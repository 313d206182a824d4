/** Trading-v0 in whole cents, share by share. */

import type { StateFields } from '../../src/environments/state-fields';
import type { Environment } from './environment';

export interface TradingState {
  /** Today, an index of the prices, and the first day of the episode. */
  readonly day: number;
  readonly start: number;
  /** Cents */
  readonly cash: number;
  readonly shares: number;
  /** Days on which shares were bought or sold. */
  readonly trades: number;
  /** Cents that were paid in all. */
  readonly fees: number;
  /** Cents: the largest net worth so far, and the largest fall from such a peak. */
  readonly peak: number;
  readonly fall: number;
}

export interface Market {
  /** Cents per share, one price per day; at least 577. */
  readonly prices: ArrayLike<number>;
  /** Whether episodes are in the last third of the days. */
  readonly isHeldOut: boolean;
  readonly feeBasisPoints?: number;
}

/** Cents */
const CAPITAL = 1_000_000;
/** Days */
const HISTORY = 64;
const EPISODE = 128;
const SEEN = 8;
/** The f32 that turns cents into percent of the capital. */
const PERCENT_PER_CENT = Math.fround(1e-4);

const worthOf = ({ cash, shares }: TradingState, price: number): number => cash + shares * price;

const withinOne = (value: number): number => Math.min(Math.max(value, -1), 1);

/** The mean price of the 64 days before a day. */
export function meanBefore(prices: ArrayLike<number>, day: number): number {
  let sum = 0;
  for (let past = day - HISTORY; past < day; past++) sum += prices[past]!;
  return sum / HISTORY;
}

/** Buys or sells one share after the other until the choice is met, or the cash used up. */
function traded(state: TradingState, choice: number, price: number, fee: number): TradingState {
  // Whole shares that the part of the net worth pays, before fees.
  const wanted = Math.floor((worthOf(state, price) * choice) / (2 * price));
  let { cash, shares, fees } = state;
  while (shares > wanted) {
    cash += price - fee;
    fees += fee;
    shares -= 1;
  }
  while (shares < wanted && cash >= price + fee) {
    cash -= price + fee;
    fees += fee;
    shares += 1;
  }
  const trades = state.trades + (shares === state.shares ? 0 : 1);
  return { ...state, cash, shares, fees, trades };
}

export function tradingOn({
  prices,
  isHeldOut,
  feeBasisPoints = 10,
}: Market): Environment<TradingState> {
  const firstHeldOut = Math.floor((2 * prices.length) / 3);
  const [first, end] = isHeldOut ? [firstHeldOut, prices.length] : [0, firstHeldOut];
  // The last first day has the days of an episode behind it, all of them before `end`.
  const earliest = first + HISTORY;
  const starts = end - EPISODE - earliest;

  return {
    maxEpisodeSteps: EPISODE,

    reset(rng) {
      const start = earliest + Math.min(Math.floor(Math.fround(rng.random() * starts)), starts - 1);
      const nothing = { shares: 0, trades: 0, fees: 0 };
      return { day: start, start, cash: CAPITAL, ...nothing, peak: CAPITAL, fall: 0 };
    },

    step(state, [choice]) {
      const price = prices[state.day]!;
      const fee = Math.ceil((price * feeBasisPoints) / 10_000);
      const after = traded(state, choice!, price, fee);
      const day = state.day + 1;
      const worth = worthOf(after, prices[day]!);
      const peak = Math.max(state.peak, worth);
      const fall = Math.max(state.fall, peak - worth);
      const gain = worth - worthOf(state, price);
      return {
        state: { ...after, day, peak, fall },
        reward: Math.fround(PERCENT_PER_CENT * gain),
        terminated: false,
      };
    },

    observe(state) {
      const priceAgo = (days: number): number => prices[state.day - days]!;
      const changes = Array.from({ length: SEEN }, (_, ago) =>
        withinOne((priceAgo(ago) / priceAgo(ago + 1) - 1) / 0.05),
      );
      const distance = priceAgo(0) / meanBefore(prices, state.day) - 1;
      const invested = state.shares * priceAgo(0);
      return [...changes, withinOne(distance / 0.25), invested / worthOf(state, priceAgo(0))];
    },
  };
}

/** The state that a device has written. */
export function tradingStateOf(fields: StateFields): TradingState {
  return fields as unknown as TradingState;
}
