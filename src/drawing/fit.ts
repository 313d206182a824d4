/** Fits the view of a drawing into a grid of pixels or dots. */
import type { Point, View } from '../environments/drawing';
import type { GridSize } from './grid';

/** From world coordinates to those of a grid, whose origin is its upper left corner. */
export interface Fit {
  /** Pixels per unit of the world. */
  readonly scale: number;
  place(point: Point): Point;
}

/** The largest picture of the whole view in its own proportions, in the middle of the grid. */
export function fitView({ left, right, bottom, top }: View, { width, height }: GridSize): Fit {
  const scale = Math.min(width / (right - left), height / (top - bottom));
  const [x0, y0] = [(left + right) / 2, (bottom + top) / 2];
  return {
    scale,
    place: ([x, y]) => [width / 2 + (x - x0) * scale, height / 2 - (y - y0) * scale],
  };
}

/** Most columns or rows of a picture: those of a GIF file. */
const MOST_PIXELS = 65_535;

/**
 * Rows of a grid of this width in the proportions of a view, at least 1.
 * @throws RangeError for a width or height that is no integer from 1 to 65535.
 */
export function heightOf({ left, right, bottom, top }: View, width: number): number {
  const isSize = (value: number) => Number.isInteger(value) && value >= 1 && value <= MOST_PIXELS;
  if (!isSize(width)) {
    throw new RangeError(`width is ${width}; it must be an integer from 1 to ${MOST_PIXELS}`);
  }
  const height = Math.max(1, Math.round((width * (top - bottom)) / (right - left)));
  if (isSize(height)) return height;
  throw new RangeError(
    `a view ${right - left} wide and ${top - bottom} high has ${height} rows at a width of ` +
      `${width}; at most ${MOST_PIXELS} are possible`,
  );
}
