/** Where the worlds are on the canvas: one of them large, all of them in a grid. */
import type { View } from '../../src/index';
import type { CanvasSize } from '../messages';

/** A part of the canvas, in its pixels. */
export interface Area {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

export interface Layout {
  /** Of the chosen world. */
  readonly large: Area;
  /** Of all worlds, the chosen one among them; of one alone there is no grid. */
  readonly cells: readonly Area[];
}

/** CSS pixels between two cells, and around all. */
const GAP = 4;
/** Most of the canvas that the large world takes. */
const LARGE_PART = 0.5;

const aspectOf = ({ left, right, bottom, top }: View): number => (right - left) / (top - bottom);

/** The largest area of a proportion within another, at its left and in its middle. */
function fitted({ left, top, width, height }: Area, aspect: number): Area {
  const wide = Math.min(width, height * aspect);
  const high = wide / aspect;
  return { left, top: top + (height - high) / 2, width: wide, height: high };
}

/** The number of columns with which the cells of a grid are largest. */
export function columnsOf(count: number, { width, height }: Area, aspect: number): number {
  const cellWidth = (columns: number): number =>
    Math.min(width / columns, (height * aspect) / Math.ceil(count / columns));
  let best = 1;
  for (let columns = 2; columns <= count; columns++) {
    if (cellWidth(columns) > cellWidth(best)) best = columns;
  }
  return best;
}

function gridOf(count: number, area: Area, aspect: number, gap: number): Area[] {
  const columns = columnsOf(count, area, aspect);
  const rows = Math.ceil(count / columns);
  const width = Math.min(area.width / columns, (area.height * aspect) / rows);
  const height = width / aspect;
  const top = area.top + (area.height - rows * height) / 2;
  const left = area.left + (area.width - columns * width) / 2;
  return Array.from({ length: count }, (_, index) => ({
    left: left + (index % columns) * width + gap / 2,
    top: top + Math.floor(index / columns) * height + gap / 2,
    width: Math.max(1, width - gap),
    height: Math.max(1, height - gap),
  }));
}

/** The large world beside the grid, or above it. */
function arranged(
  { width, height }: Pick<Area, 'width' | 'height'>,
  { aspect, worlds, gap }: Readonly<Record<'aspect' | 'worlds' | 'gap', number>>,
  isBeside: boolean,
): Layout {
  const limits = isBeside
    ? { left: 0, top: 0, width: LARGE_PART * width, height }
    : { left: 0, top: 0, width, height: LARGE_PART * height };
  const large = fitted(limits, aspect);
  const rest = isBeside
    ? { left: large.width + gap, top: 0, width: width - large.width - gap, height }
    : { left: 0, top: large.height + gap, width, height: height - large.height - gap };
  const top = isBeside ? large.top : 0;
  const left = isBeside ? 0 : (width - large.width) / 2;
  return { large: { ...large, left, top }, cells: gridOf(worlds, rest, aspect, gap) };
}

export function layoutOf(canvas: CanvasSize, view: View, worlds: number): Layout {
  const { width, height, scale } = canvas;
  const aspect = aspectOf(view);
  if (worlds === 1) {
    const area = fitted({ left: 0, top: 0, width, height }, aspect);
    return { large: { ...area, left: (width - area.width) / 2 }, cells: [] };
  }
  const gap = Math.min(GAP * scale, 0.1 * Math.min(width, height));
  const layouts = [true, false].map((way) => arranged(canvas, { aspect, worlds, gap }, way));
  const [beside, above] = layouts as [Layout, Layout];
  const score = ({ large, cells }: Layout): number => large.width * cells[0]!.width;
  return score(above) > score(beside) ? above : beside;
}

/** The cell at a place of the canvas. */
export function cellAt({ cells }: Layout, x: number, y: number): number | undefined {
  const found = cells.findIndex(
    ({ left, top, width, height }) => x >= left && x < left + width && y >= top && y < top + height,
  );
  return found === -1 ? undefined : found;
}
