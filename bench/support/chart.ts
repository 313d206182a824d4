/**
 * Two kinds of charts as SVG; every mark carries its figure, so that it can be checked against the
 * table.
 */
import {
  COLOURS,
  GRID,
  HEAD_HEIGHT,
  type Heading,
  heading,
  WIDTH,
} from '../../src/cli/chart-frame';
import { document, element, line, type Point, text } from '../../src/formats/svg';
import { formatFigure } from './table';

export interface Bar {
  readonly label: string;
  readonly median: number;
  readonly low: number;
  readonly high: number;
  /** Its label. */
  readonly figure: string;
  /** Whether it is highlighted. */
  readonly ours: boolean;
}

export interface BarChart extends Heading {
  /** A value that all bars are held against by a dashed line, e.g. a ratio of 1. */
  readonly mark?: number;
  readonly bars: readonly Bar[];
}

export interface Series {
  readonly name: string;
  readonly points: readonly Point[];
}

export interface LineChart extends Heading {
  /** The label of the x axis. */
  readonly xName: string;
  readonly series: readonly Series[];
}

const OTHERS = '#9aa5b1';

const BAR_HEIGHT = 18;
const BAR_STEP = 26;
const LABEL_WIDTH = 284;
const FIGURE_WIDTH = 210;

/** Horizontal bars from 0 on, with a line from the lowest to the highest sample. */
export function barChart(chart: BarChart): string {
  const room = WIDTH - LABEL_WIDTH - FIGURE_WIDTH;
  const most = Math.max(chart.mark ?? 0, ...chart.bars.map(({ high }) => high));
  const scale = (value: number): number => LABEL_WIDTH + (room * value) / most;
  const parts = chart.bars.flatMap((bar, index) => {
    const top = HEAD_HEIGHT + index * BAR_STEP;
    const middle = top + BAR_HEIGHT / 2;
    const fill = bar.ours ? COLOURS[0] : OTHERS;
    const width = scale(bar.median) - LABEL_WIDTH;
    return [
      text(LABEL_WIDTH - 8, middle + 4, bar.label, { 'text-anchor': 'end' }),
      element('rect', { x: LABEL_WIDTH, y: top, width, height: BAR_HEIGHT, fill }),
      line(
        { x: scale(bar.low), y: middle },
        { x: scale(bar.high), y: middle },
        { stroke: '#222222' },
      ),
      text(scale(bar.high) + 6, middle + 4, bar.figure),
    ];
  });
  const bottom = HEAD_HEIGHT + chart.bars.length * BAR_STEP;
  const mark = chart.mark === undefined ? [] : [dashed(scale(chart.mark), bottom)];
  return document(chart.title, WIDTH, bottom + 12, [...heading(chart), ...parts, ...mark]);
}

function dashed(x: number, bottom: number): string {
  const stroke = { stroke: '#222222', 'stroke-dasharray': '4 3' };
  return line({ x, y: HEAD_HEIGHT - 6 }, { x, y: bottom }, stroke);
}

const PLOT = { left: 70, right: WIDTH - 40, top: HEAD_HEIGHT + 34, bottom: 380 } as const;

/** Logarithms on both axes; a gridline per x that was measured and per power of ten of y. */
export function lineChart(chart: LineChart): string {
  const points = chart.series.flatMap((series) => series.points);
  const x = logScale(
    points.map((point) => point.x),
    PLOT.left,
    PLOT.right,
  );
  const y = logScale(
    points.map((point) => point.y),
    PLOT.bottom,
    PLOT.top,
  );
  const place = (point: Point): Point => ({ x: x(point.x), y: y(point.y) });
  const columns = [...new Set(points.map((point) => point.x))].sort((a, b) => a - b);
  const grid = [
    ...columns.flatMap((value) => [
      line({ x: x(value), y: PLOT.top }, { x: x(value), y: PLOT.bottom }, GRID),
      text(x(value), PLOT.bottom + 16, value.toLocaleString('en-US'), { 'text-anchor': 'middle' }),
    ]),
    ...powersOfTen(points.map((point) => point.y)).flatMap((value) => [
      line({ x: PLOT.left, y: y(value) }, { x: PLOT.right, y: y(value) }, GRID),
      text(PLOT.left - 8, y(value) + 4, value.toLocaleString('en-US'), { 'text-anchor': 'end' }),
    ]),
    text((PLOT.left + PLOT.right) / 2, PLOT.bottom + 34, chart.xName, { 'text-anchor': 'middle' }),
  ];
  const curves = chart.series.flatMap((series, index) => {
    const colour = COLOURS[index % COLOURS.length]!;
    const key = text(PLOT.left + 130 * index, HEAD_HEIGHT + 10, `● ${series.name}`, {
      fill: colour,
      'font-weight': 600,
    });
    // The first series has its figures below, so that they stay clear of the next one's.
    return [key, ...curve(series, colour, place, index === 0 ? 16 : -8)];
  });
  return document(chart.title, WIDTH, PLOT.bottom + 48, [...heading(chart), ...grid, ...curves]);
}

/** A line through its points, each with its figure this many pixels below it. */
function curve(
  { points }: Series,
  colour: string,
  place: (point: Point) => Point,
  below: number,
): string[] {
  const sorted = [...points].sort((a, b) => a.x - b.x);
  const places = sorted.map(place);
  const path = places.map(({ x, y }) => `${x.toFixed(1)},${y.toFixed(1)}`).join(' ');
  const figure = { 'text-anchor': 'middle', 'font-size': 10, fill: colour };
  return [
    element('polyline', { points: path, fill: 'none', stroke: colour, 'stroke-width': 2 }),
    ...places.flatMap(({ x, y }, index) => [
      element('circle', { cx: x, cy: y, r: 3, fill: colour }),
      text(x, y + below, formatFigure(sorted[index]!.y), figure),
    ]),
  ];
}

/** From values to pixels between `from` and `to`, with a little room at both ends. */
function logScale(values: readonly number[], from: number, to: number): (value: number) => number {
  const logs = values.map(Math.log10);
  const [low, high] = [Math.min(...logs), Math.max(...logs)];
  const room = 0.08 * (high - low) || 0.5;
  const [begin, end] = [low - room, high + room];
  return (value) => from + ((to - from) * (Math.log10(value) - begin)) / (end - begin);
}

/** Powers of ten within the range of the values. */
function powersOfTen(values: readonly number[]): number[] {
  const first = Math.ceil(Math.log10(Math.min(...values)));
  const last = Math.floor(Math.log10(Math.max(...values)));
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => 10 ** (first + i));
}
