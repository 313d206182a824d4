/**
 * The prices of Trading-v0. They are made up: a level that wanders slowly, and a swing about it
 * that overshoots and dies away, both pushed by noise. Sums, products and Math.round give the same
 * cents in every engine.
 */
import { seededNumbers } from './seeded-numbers';

/** Days. */
const LENGTH = 3500;
const SEED = 1;
/** Cents. */
const FIRST_LEVEL = 10_000;
/** Largest push of a day, as a part of the level; smaller ones are more likely. */
const LEVEL_PUSH = 0.015;
const SWING_PUSH = 0.02;
/** What is left tomorrow of today's swing and of yesterday's: a circle that dies away. */
const SWING_AFTER = { today: 1.4, yesterday: -0.55 };

/** Whole cents, one price per day. */
function makePrices(): Uint32Array {
  const random = seededNumbers(SEED);
  const noise = (): number => random() + random() - 1;
  const prices = new Uint32Array(LENGTH);
  let level = FIRST_LEVEL;
  let swing = 0;
  let before = 0;
  for (let day = 0; day < LENGTH; day++) {
    level *= 1 + LEVEL_PUSH * noise();
    const next = SWING_AFTER.today * swing + SWING_AFTER.yesterday * before + SWING_PUSH * noise();
    before = swing;
    swing = next;
    prices[day] = Math.round(level * (1 + swing));
  }
  return prices;
}

export const TRADING_PRICES: Uint32Array = makePrices();
