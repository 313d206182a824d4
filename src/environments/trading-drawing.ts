/** Trading: the prices before and during an episode, their mean, and what the money is in. */
import type { Drawing, Point, Shape, ShownStep } from './drawing';
import { arrow, circle, frame, label, line, rectangle } from './shapes';
import type { StateFields } from './state-fields';

// A unit is a day across. Prices are drawn about the first one of the episode.
const HISTORY = 64;
const USUAL_DAYS = 128;
/** Units above and below the first price, and the part of it that is drawn there, as more is. */
const HALF_HEIGHT = 40;
const MOST_CHANGE = 0.25;
const CAPITAL = 1_000_000;
const WIDTHS = { price: 0.9, mean: 0.7, border: 0.5, arrow: 1 };
const TODAY_RADIUS = 1.8;
const TEXT_HEIGHT = 6;
const MARGIN = 5;
/** Beside the last day; the part in shares fills it from below. */
const BAR = { gap: 8, width: 9 };
const ARROW = { gap: 2, length: 11 };

interface TradingFields {
  readonly day: number;
  readonly start: number;
  readonly cash: number;
  readonly shares: number;
}

/** From one day to another, both included. */
const daysFrom = (first: number, last: number): number[] =>
  Array.from({ length: last - first + 1 }, (_, index) => first + index);

const heightOf = (part: number): number => HALF_HEIGHT * (2 * part - 1);

/** @param part of the net worth in shares; @param wanted the choice of today */
function holding(left: number, part: number, wanted: number | undefined): Shape[] {
  const right = left + BAR.width;
  const target = heightOf((wanted ?? 0) / 2);
  const from = right + ARROW.gap + ARROW.length;
  return [
    rectangle('body', [left, -HALF_HEIGHT], [right, heightOf(part)]),
    frame('muted', WIDTHS.border, [left, -HALF_HEIGHT], [right, HALF_HEIGHT]),
    ...(wanted === undefined
      ? []
      : arrow('action', WIDTHS.arrow, [from, target], [right + ARROW.gap, target])),
  ];
}

/** Percent with a sign, as the fonts of pictures have it. */
const signed = (percent: number): string =>
  `${percent < 0 ? '-' : '+'}${Math.abs(percent).toFixed(1)} %`;

export function drawTrading(state: StateFields, { action, params, tables }: ShownStep): Drawing {
  const { day, start, cash, shares } = state as unknown as TradingFields;
  const { values } = tables!.PRICES!;
  const priceOf = (each: number): number => values[Math.min(each, values.length - 1)]!;
  const meanBefore = (each: number): number =>
    daysFrom(each - HISTORY, each - 1).reduce((sum, past) => sum + priceOf(past), 0) / HISTORY;
  const placeOf = (each: number, cents: number): Point => {
    const change = (cents / priceOf(start) - 1) / MOST_CHANGE;
    return [each - start, HALF_HEIGHT * Math.min(Math.max(change, -1), 1)];
  };
  const price = daysFrom(start - HISTORY, day).map((each) => placeOf(each, priceOf(each)));
  const mean = daysFrom(start, day).map((each) => placeOf(each, meanBefore(each)));
  const invested = shares * priceOf(day);
  const worth = cash + invested;
  const end = params?.EPISODE_DAYS ?? USUAL_DAYS;
  const right = end + BAR.gap + BAR.width + ARROW.gap + ARROW.length + MARGIN;
  const top = HALF_HEIGHT + 2 * MARGIN + TEXT_HEIGHT;
  return {
    view: { left: -HISTORY - MARGIN, right, bottom: -HALF_HEIGHT - MARGIN, top },
    shapes: [
      line('muted', WIDTHS.border, [0, -HALF_HEIGHT], [0, HALF_HEIGHT]),
      line('muted', WIDTHS.border, [-HISTORY, 0], [end, 0]),
      ...(mean.length > 1 ? [line('goal', WIDTHS.mean, ...mean)] : []),
      line('ink', WIDTHS.price, ...price),
      circle('body', price.at(-1)!, TODAY_RADIUS),
      ...holding(end + BAR.gap, invested / worth, action?.[0]),
      label(
        'ink',
        [end, HALF_HEIGHT + MARGIN],
        TEXT_HEIGHT,
        signed(100 * (worth / CAPITAL - 1)),
        'right',
      ),
    ],
  };
}
