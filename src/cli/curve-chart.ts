/** Learning curves as SVG: linear axes, a line and a band per series, a key below. */
import { document, element, line, type Point, text } from '../formats/svg';
import { rangeOf } from '../logging/summarize-values';
import { COLOURS, GRID, HEAD_HEIGHT, type Heading, heading, WIDTH } from './chart-frame';
import { formatRate } from './numbers';

/** A place of a curve; low and high are those of its members, equal where there is only one. */
export interface CurvePoint {
  readonly x: number;
  readonly y: number;
  readonly low: number;
  readonly high: number;
}

export interface Curve {
  /** Shown in the key. */
  readonly name: string;
  /** In the order of x; all numbers are finite. */
  readonly points: readonly CurvePoint[];
}

export interface CurveChart extends Heading {
  readonly xName: string;
  /** A value that the curves are held against by a dashed line. */
  readonly mark?: number | undefined;
  readonly curves: readonly Curve[];
}

const PLOT = { left: 70, right: WIDTH - 30, top: HEAD_HEIGHT, bottom: 400 } as const;
const KEY_TOP = PLOT.bottom + 62;
const KEY_STEP = 18;
/** Most points of a curve; more than pixels cannot be seen. */
const MOST_POINTS = 700;
const TICKS = 6;

export function curveChart(chart: CurveChart): string {
  const points = chart.curves.flatMap((curve) => curve.points);
  const mark = chart.mark === undefined || points.length === 0 ? [] : [chart.mark];
  const x = scaleOf([0, ...points.map((point) => point.x)], PLOT.left, PLOT.right);
  const heights = [...points.flatMap(({ low, high }) => [low, high]), ...mark];
  const y = scaleOf(heights, PLOT.bottom, PLOT.top);
  const parts = [
    ...heading(chart),
    ...gridOf(x, y),
    text((PLOT.left + PLOT.right) / 2, PLOT.bottom + 36, chart.xName, { 'text-anchor': 'middle' }),
    ...mark.map((value) => dashed(y.place(value))),
    ...chart.curves.flatMap((curve, index) => drawCurve(curve, index, x, y)),
  ];
  return document(chart.title, WIDTH, KEY_TOP + KEY_STEP * chart.curves.length, parts);
}

/** From values to pixels. */
interface Scale {
  place(value: number): number;
  readonly ticks: readonly number[];
}

/** A scale over all values, whose ticks are 1, 2 or 5 times a power of ten apart. */
function scaleOf(values: readonly number[], from: number, to: number): Scale {
  const [least, most] = rangeOf(values);
  const [low, high] = least < most ? [least, most] : [(least || 0) - 1, (least || 0) + 1];
  const rough = (high - low) / TICKS;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * ([1, 2, 5].find((factor) => factor * power >= rough) ?? 10);
  const first = Math.ceil(low / step - 1e-9);
  const count = Math.floor(high / step + 1e-9) - first + 1;
  return {
    place: (value) => from + ((to - from) * (value - low)) / (high - low),
    ticks: Array.from({ length: Math.max(0, count) }, (_, index) => (first + index) * step),
  };
}

function gridOf(x: Scale, y: Scale): string[] {
  const columns = x.ticks.flatMap((value) => [
    line({ x: x.place(value), y: PLOT.top }, { x: x.place(value), y: PLOT.bottom }, GRID),
    text(x.place(value), PLOT.bottom + 16, formatTick(value), { 'text-anchor': 'middle' }),
  ]);
  const rows = y.ticks.flatMap((value) => [
    line({ x: PLOT.left, y: y.place(value) }, { x: PLOT.right, y: y.place(value) }, GRID),
    text(PLOT.left - 8, y.place(value) + 4, formatTick(value), { 'text-anchor': 'end' }),
  ]);
  return [...columns, ...rows];
}

/** Few digits, and no rounding errors of the steps. */
function formatTick(value: number): string {
  if (Math.abs(value) < 10_000) return String(Number(value.toPrecision(6)));
  const [, digits, unit] = /^([\d.]+)(\w?)$/.exec(formatRate(Math.abs(value)))!;
  return `${value < 0 ? '-' : ''}${Number(digits)}${unit}`;
}

function dashed(y: number): string {
  const stroke = { stroke: '#222222', 'stroke-dasharray': '4 3' };
  return line({ x: PLOT.left, y }, { x: PLOT.right, y }, stroke);
}

function drawCurve({ name, points }: Curve, index: number, x: Scale, y: Scale): string[] {
  const colour = COLOURS[index % COLOURS.length]!;
  const every = Math.ceil(points.length / MOST_POINTS);
  const last = points.length - 1;
  const drawn = points.filter((_, place) => place % every === 0 || place === last);
  const place = (at: number, value: number): Point => ({ x: x.place(at), y: y.place(value) });
  const middle = drawn.map((point) => place(point.x, point.y));
  const upper = drawn.map((point) => place(point.x, point.high));
  const lower = drawn.map((point) => place(point.x, point.low));
  const spread = points.some(({ low, high }) => low < high);
  const band = { fill: colour, 'fill-opacity': '0.18' };
  const stroke = { fill: 'none', stroke: colour, 'stroke-width': 2 };
  const key = text(PLOT.left, KEY_TOP + KEY_STEP * index, `● ${name}`, { fill: colour });
  return [
    ...(spread
      ? [element('polygon', { points: pathOf([...upper, ...lower.reverse()]), ...band })]
      : []),
    element('polyline', { points: pathOf(middle), ...stroke }),
    key,
  ];
}

function pathOf(points: readonly Point[]): string {
  return points.map(({ x, y }) => `${x.toFixed(1)},${y.toFixed(1)}`).join(' ');
}
