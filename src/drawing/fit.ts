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

/** Rows of a grid of this width in the proportions of a view, at least 1. */
export function heightOf({ left, right, bottom, top }: View, width: number): number {
  return Math.max(1, Math.round((width * (top - bottom)) / (right - left)));
}
