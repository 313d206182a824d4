/** The MinAtar games: their grid of 10 × 10 cells, each in the color of what is in it. */
import type { Color, Drawing, PolygonShape, ShownStep } from './drawing';
import { line, rectangle } from './shapes';

/** Cells along each side. */
const SIDE = 10;
/** Between a cell and its color. */
const INSET = 0.06;
/** What is in a cell besides is drawn within it, smaller by so much on each side. */
const NESTED = 0.16;
const FRAME = { distance: 0.15, width: 0.08 };
const MARGIN = 0.4;
const VIEW = { left: -MARGIN, right: SIDE + MARGIN, bottom: -MARGIN, top: SIDE + MARGIN };

/** The color of each channel in the order of the observation; null for one that is not shown. */
export type ChannelColors = Readonly<Record<string, Color | null>>;

function cellShapes(cell: number, colors: readonly Color[]): PolygonShape[] {
  const [x, y] = [cell % SIDE, SIDE - 1 - Math.floor(cell / SIDE)];
  return colors.map((color, level) => {
    const inset = INSET + level * NESTED;
    return rectangle(color, [x + inset, y + inset], [x + 1 - inset, y + 1 - inset]);
  });
}

/**
 * The function that draws a game from what is observed. Where several channels of a cell are on,
 * the first one is on top.
 */
export function drawChannels(
  channels: ChannelColors,
): (state: unknown, step: ShownStep) => Drawing {
  const colors = Object.values(channels);
  const [low, high] = [-FRAME.distance, SIDE + FRAME.distance];
  const corners = [low, high, high, low].map((x, i) => [x, i < 2 ? low : high] as const);
  const frame = line('muted', FRAME.width, ...corners, corners[0]!);
  return (_, { observation }) => {
    const colorsOf = (cell: number): Color[] =>
      colors
        .filter((_, channel) => observation[cell * colors.length + channel] === 1)
        .filter((color) => color !== null)
        .reverse();
    const cells = Array.from({ length: SIDE * SIDE }, (_, cell) =>
      cellShapes(cell, colorsOf(cell)),
    );
    return { view: VIEW, shapes: [frame, ...cells.flat()] };
  };
}
