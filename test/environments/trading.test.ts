/** The rules of Trading, one by one, on the device and by the twin. */
import { beforeAll, describe, expect, test } from 'vitest';
import { defineEnvironment, type EnvironmentDefinition } from '../../src/environments/definition';
import { findEnvironment } from '../../src/environments/index';
import type { Param } from '../../src/environments/param-range';
import { TRADING_PRICES } from '../../src/environments/trading-prices';
import { expectClose } from '../reference/expect-close';
import { Rng, STREAM } from '../reference/rng';
import { meanBefore, type TradingState, tradingOn, tradingStateOf } from '../reference/trading';
import { openTestGpu } from '../support/gpu';
import { allReports, smallTrainer } from '../trainer/training';
import { DEVICE_STATES } from './device-states';
import { type RuleStep, stepsIn } from './rule-steps';
import { closeTraced, openTraced, playTraced } from './traced-walk';

const ID = 'Trading-v0';
const TRADING = findEnvironment(ID);
const [NONE, HALF, ALL] = [0, 1, 2];
const CAPITAL = 1_000_000;
/** The fewest days that a series may have. */
const LEAST = 577;
const TODAY = 100;

const withPrices = (
  prices: ArrayLike<number>,
  params: Readonly<Record<string, Param>> = {},
): EnvironmentDefinition =>
  defineEnvironment({
    ...TRADING,
    params: { ...TRADING.params, ...params },
    tables: { PRICES: { type: 'u32', values: prices } },
  });

/** 100.00 every day but those that are given. */
const pricesWith = (days: Readonly<Record<number, number>>): number[] =>
  Array.from({ length: LEAST }, (_, day) => days[day] ?? 10_000);

const stateWith = (changes: Partial<TradingState>): TradingState => ({
  ...{ day: TODAY, start: TODAY - 3, cash: CAPITAL, shares: 0 },
  ...{ trades: 0, fees: 0, peak: CAPITAL, fall: 0 },
  ...changes,
});

interface Case {
  readonly prices?: Readonly<Record<number, number>>;
  readonly feeBasisPoints?: number;
  readonly state?: Partial<TradingState>;
}

/** A step for each choice in a market of its own. */
async function trade(
  { prices = {}, feeBasisPoints = 10, state = {} }: Case,
  ...choices: readonly number[]
): Promise<(RuleStep & { readonly state: TradingState })[]> {
  const series = pricesWith(prices);
  const environment = withPrices(series, { FEE_BASIS_POINTS: feeBasisPoints });
  const twin = tradingOn({ prices: series, isHeldOut: false, feeBasisPoints });
  const fields = { ...stateWith(state) };
  const cases = choices.map((action) => ({ fields, action }));
  const steps = await stepsIn({ environment, twin, device: DEVICE_STATES[ID]! }, cases);
  return steps.map((step) => ({ ...step, state: tradingStateOf(step.fields) }));
}

beforeAll(async () => void (await openTestGpu()));

test('half and all of the net worth buy whole shares, as many as cash pays', async () => {
  const [none, half, all] = await trade({}, NONE, HALF, ALL);
  expect(none!.state).toMatchObject({
    day: TODAY + 1,
    cash: CAPITAL,
    shares: 0,
    trades: 0,
    fees: 0,
  });
  expect(half!.state).toMatchObject({ shares: 50, cash: 500_000 - 500, trades: 1, fees: 500 });
  // 100 shares would take 1,001,000.
  expect(all!.state).toMatchObject({ shares: 99, cash: CAPITAL - 99 * 10_010, fees: 990 });
  expectClose(
    [none, half, all].map((step) => step!.reward),
    [0, -0.05, -0.099],
    1e-6,
    1,
  );
  expect([none, half, all].some((step) => step!.terminated)).toBe(false);
});

test('what is too much is sold for the price less the fee', async () => {
  const state = { cash: 0, shares: 100, trades: 4, fees: 7 };
  const [none, half, all] = await trade({ state }, NONE, HALF, ALL);
  expect(none!.state).toMatchObject({ shares: 0, cash: 100 * 9_990, trades: 5, fees: 1_007 });
  expect(half!.state).toMatchObject({ shares: 50, cash: 50 * 9_990, trades: 5, fees: 507 });
  expect(all!.state).toMatchObject({ shares: 100, cash: 0, trades: 4, fees: 7 });
});

test('the fee of a share is rounded up to a cent', async () => {
  const prices = { [TODAY]: 10_001 };
  // 10.001 cents become 11.
  const [ten] = await trade({ prices }, HALF);
  expect(ten!.state).toMatchObject({ shares: 49, fees: 49 * 11 });
  const [free] = await trade({ prices, feeBasisPoints: 0 }, HALF);
  expect(free!.state.fees).toBe(0);
});

test('the reward is the change of net worth overnight, in percent of the capital', async () => {
  const state = { cash: 500_000, shares: 50 };
  const [up] = await trade({ prices: { [TODAY + 1]: 10_500 }, state }, HALF);
  expect([up!.reward, up!.state.trades]).toEqual([2.5, 0]);
  // Sold in time, for a fee of 500.
  const [sold] = await trade({ prices: { [TODAY + 1]: 9_000 }, state }, NONE);
  expect(sold!.reward).toBeCloseTo(-0.05, 6);
});

test('the peak rises with the net worth, and the largest fall from it stays', async () => {
  const state = { cash: 500_000, shares: 50, peak: CAPITAL + 10_000, fall: 11_000 };
  const [up] = await trade({ prices: { [TODAY + 1]: 10_500 }, state }, HALF);
  expect(up!.state).toMatchObject({ peak: CAPITAL + 25_000, fall: 11_000 });
  const [down] = await trade({ prices: { [TODAY + 1]: 9_500 }, state }, HALF);
  expect(down!.state).toMatchObject({ peak: CAPITAL + 10_000, fall: 35_000 });
});

test('daily changes, the distance from the mean and the part in shares are seen', async () => {
  const prices = { [TODAY + 1]: 9_900, [TODAY - 7]: 5_000, [TODAY - 6]: 10_100 };
  const [half] = await trade({ prices, state: { cash: 505_000, shares: 50 } }, HALF);
  const [today, yesterday, ...others] = half!.observation;
  expect(today).toBeCloseTo(-0.01 / 0.05, 6);
  expect([yesterday, ...others.slice(0, 4)]).toEqual([0, 0, 0, 0, 0]);
  // The changes of six and seven days before today were +102 % and -1 %, in units of 5 %.
  expect(others[4]).toBeCloseTo(-100 / 10_100 / 0.05, 6);
  expect(others[5]).toBe(1);
  const mean = (62 * 10_000 + 5_000 + 10_100) / 64;
  expect(others[6]).toBeCloseTo((9_900 / mean - 1) / 0.25, 6);
  expect(others[7]).toBeCloseTo(495_000 / 1_000_000, 6);
});

const ENVS = 2000;
const DAYS = 606;

/** The first states of many episodes on the device. */
async function firstStates(environment: EnvironmentDefinition): Promise<TradingState[]> {
  const sizes = { envs: ENVS, steps: 1, seed: 5 };
  const world = await openTraced(environment, sizes);
  const { states } = await playTraced(world, 0, [Array.from({ length: ENVS }, () => NONE)]);
  closeTraced(world);
  return states[0]!.map(tradingStateOf);
}

describe.each([
  ['the first two thirds of the days', 0, [64, 404 - 1 - 128]],
  ['the last third where HELD_OUT is 1', 1, [404 + 64, DAYS - 1 - 128]],
])('an episode is in %s', (_, heldOut, [first, last]) => {
  test('with its history and all its days', async () => {
    const prices = Array.from({ length: DAYS }, (_, day) => 9_000 + day);
    const states = await firstStates(withPrices(prices, { HELD_OUT: heldOut }));
    const twin = tradingOn({ prices, isHeldOut: heldOut === 1 });
    for (const [n, state] of states.entries()) {
      const rng = new Rng({ seed: 5, stream: STREAM.reset, domain: 0 }, 0, 0, n);
      expect(state).toEqual(twin.reset(rng));
    }
    const starts = states.map(({ start }) => start);
    expect([Math.min(...starts), Math.max(...starts)]).toEqual([first, last]);
    expect(new Set(starts).size).toBe(last! - first! + 1);
  });
});

test('a range of HELD_OUT decides anew at every reset', async () => {
  const states = await firstStates(withPrices(TRADING_PRICES, { HELD_OUT: { low: 0, high: 1 } }));
  const heldOut = states.filter(({ start }) => start >= (2 * TRADING_PRICES.length) / 3);
  expect(heldOut.length / ENVS).toBeGreaterThan(0.45);
  expect(heldOut.length / ENVS).toBeLessThan(0.55);
});

test('a series that is too short is refused with the place that says so', async () => {
  const short = withPrices(pricesWith({}).slice(1));
  await expect(smallTrainer({}, short)).rejects.toThrow(
    /shaders\/environments\/trading\.wesl:\d+:\d+: [\s\S]*const_assert PRICES_LENGTH >= LEAST_DAYS;/,
  );
});

test('where prices stand still, the return is the fees, and so is the drawdown', async () => {
  const flat = withPrices(pricesWith({}));
  const config = { numEnvs: 4, numSteps: 128, totalTimesteps: 512, learningRate: 0 };
  const trainer = await smallTrainer(config, flat);
  const [report] = await allReports(trainer);
  trainer.destroy();
  const { episodes, ...metrics } = report!.agents[0]!;
  const numbers = metrics as unknown as Readonly<Record<string, number>>;
  expect(episodes.count).toBe(4);
  expect(numbers['world/fees']).toBeGreaterThan(1);
  expect(numbers['world/fees']).toBeCloseTo(-numbers['charts/episodic_return']!, 4);
  expect(numbers['world/drawdown']).toBeCloseTo(numbers['world/fees']!, 4);
  // A random policy trades on most of the 128 days.
  expect(numbers['world/trades']).toBeGreaterThan(64);
  expect(numbers['world/trades']).toBeLessThanOrEqual(128);
});

describe('the series', () => {
  test('is the same everywhere', () => {
    expect(TRADING_PRICES.length).toBe(3500);
    expect([...TRADING_PRICES.subarray(0, 5)]).toEqual([9982, 9977, 9888, 9960, 10022]);
    expect(TRADING_PRICES.reduce((sum, price) => sum + price, 0)).toBe(33_237_903);
  });

  test('stays between a half and the double of where it begins', () => {
    expect(Math.min(...TRADING_PRICES)).toBeGreaterThan(5_000);
    expect(Math.max(...TRADING_PRICES)).toBeLessThan(20_000);
  });

  test('returns to its mean more often than not', () => {
    const days = Array.from({ length: TRADING_PRICES.length - 80 }, (_, index) => index + 64);
    const returns = days.filter((day) => {
      const [now, later] = [TRADING_PRICES[day]!, TRADING_PRICES[day + 10]!];
      return now < meanBefore(TRADING_PRICES, day) === now < later;
    });
    expect(returns.length / days.length).toBeGreaterThan(0.6);
  });
});
