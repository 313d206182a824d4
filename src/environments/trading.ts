import tuned from '../../configs/Trading-v0.json';
import shader from '../../shaders/environments/trading.wesl';
import { defineEnvironment, type ObservationField } from './definition';
import { drawTrading } from './trading-drawing';
import { TRADING_PRICES } from './trading-prices';
import { tunedDefaults } from './tuned-defaults';

const DAYS = 128;
/** Daily changes that are seen. */
const SEEN = 8;

const CHANGES: readonly ObservationField[] = Array.from({ length: SEEN }, (_, ago) => ({
  name: ago === 0 ? 'change of today' : `change ${ago} ${ago === 1 ? 'day' : 'days'} ago`,
  low: -1,
  high: 1,
  unit: '5 %',
}));

/** Hold shares while their price rises, and cash while it falls; percent of the first capital. */
export const trading = defineEnvironment({
  id: 'Trading-v0',
  source: 'rules and prices of our own',
  observation: [
    ...CHANGES,
    { name: 'distance from the mean of 64 days', low: -1, high: 1, unit: '25 %' },
    { name: 'part in shares', low: 0, high: 1 },
  ],
  action: { type: 'discrete', n: 3, names: ['no shares', 'half in shares', 'all in shares'] },
  maxEpisodeSteps: DAYS,
  params: { EPISODE_DAYS: DAYS, FEE_BASIS_POINTS: 10, HELD_OUT: { low: 0, high: 0 } },
  tables: { PRICES: { type: 'u32', values: TRADING_PRICES } },
  // Fees and drawdown in percent of the first capital.
  metrics: ['trades', 'fees', 'drawdown'],
  shader,
  file: 'shaders/environments/trading.wesl',
  defaults: tunedDefaults(tuned),
  stepsPerSecond: 12,
  draw: drawTrading,
});
