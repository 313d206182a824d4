/** A curve of returns over steps, in the characters of a terminal. */
import { terminalFrame } from '../drawing/terminal-frame';
import type { Point, Shape } from '../environments/drawing';
import { formatInteger } from './numbers';

/** Dots of a character. */
const DOT_COLUMNS = 2;
const DOT_ROWS = 4;
/** Characters to the left of the curve. */
const MARGIN = 6;

export interface ReturnChart {
  /** Steps and returns; those that are not finite are left out. */
  readonly points: readonly (readonly [steps: number, value: number])[];
  /** Steps of the whole run. */
  readonly steps: number;
  /** Lowest and highest return of the axis. */
  readonly range: readonly [low: number, high: number];
  /** Return to reach, drawn as a line. */
  readonly goal: number | undefined;
}

export interface ChartSize {
  readonly columns: number;
  /** With the line of the steps. */
  readonly rows: number;
  readonly color: boolean;
}

/** `rows` lines. */
export function formatChart(chart: ReturnChart, { columns, rows, color }: ChartSize): string[] {
  const { range, steps } = chart;
  const size = { columns: columns - MARGIN, rows: rows - 1, color };
  const width = size.columns * DOT_COLUMNS;
  const height = size.rows * DOT_ROWS;
  const drawing = {
    view: { left: 0, right: width, bottom: 0, top: height },
    shapes: shapesOf(chart, width, height),
  };
  const labels = new Map([
    [0, range[1]],
    [size.rows - 1, range[0]],
  ]);
  const lines = terminalFrame(drawing, size).map((line, row) => {
    const label = labels.get(row);
    const text = label === undefined ? '' : formatInteger(label);
    return `${text.padStart(MARGIN - 1)} ${line}`;
  });
  const [begin, end] = ['0 steps', formatInteger(steps)];
  return [...lines, `${' '.repeat(MARGIN)}${begin}${end.padStart(size.columns - begin.length)}`];
}

function shapesOf(
  { points, steps, range: [low, high], goal }: ReturnChart,
  width: number,
  height: number,
): Shape[] {
  // The middles of dots, so that even a single point covers one.
  const place = (at: number, value: number): Point => {
    const part = (Math.min(Math.max(value, low), high) - low) / (high - low);
    return [0.5 + Math.round((at / steps) * (width - 1)), 0.5 + Math.round(part * (height - 1))];
  };
  const line = (color: Shape['color'], all: readonly Point[]): Shape[] =>
    all.length === 0 ? [] : [{ type: 'line', points: twoOf(all), width: 1, color }];
  const known = points.filter(([, value]) => Number.isFinite(value));
  const axes = [place(0, high), place(0, low), place(steps, low)];
  return [
    ...line('muted', axes),
    ...(goal === undefined ? [] : dashes(place(0, goal), width)),
    ...line(
      'body',
      known.map(([at, value]) => place(at, value)),
    ),
  ];
}

/** A line needs two points. */
const twoOf = (points: readonly Point[]): readonly Point[] =>
  points.length === 1 ? [points[0]!, points[0]!] : points;

/** A dotted line across the chart. */
function dashes([, y]: Point, width: number): Shape[] {
  const every = 6;
  return Array.from({ length: Math.floor(width / every) }, (_, index) => {
    const x = index * every + 0.5;
    const points: Point[] = [
      [x, y],
      [x + 1, y],
    ];
    return { type: 'line', points, width: 1, color: 'goal' };
  });
}
