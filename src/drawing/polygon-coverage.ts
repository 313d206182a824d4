/**
 * The exact area of each pixel that a polygon covers. Every edge adds, in each row that it crosses,
 * the area between itself and the right end of the row, signed by its direction; what several edges
 * add up to is the area inside.
 */
import type { Point } from '../environments/drawing';
import type { Box, Coverage } from './grid';

/** @param points of the polygon, in the coordinates of the grid */
export function polygonCoverage(points: readonly Point[], box: Box): Coverage {
  const { left, top, width, height } = box;
  // Differences from one pixel of a row to the next; one more column for the right end.
  const stride = width + 1;
  const changes = new Float64Array(stride * height);
  for (const [index, from] of points.entries()) {
    const to = points[(index + 1) % points.length]!;
    addEdge({ changes, width, height }, shifted(from, left, top), shifted(to, left, top));
  }
  const values = new Float64Array(width * height);
  for (let row = 0; row < height; row++) {
    let sum = 0;
    for (let column = 0; column < width; column++) {
      sum += changes[row * stride + column]!;
      values[row * width + column] = Math.min(1, Math.abs(sum));
    }
  }
  return { box, values };
}

const shifted = ([x, y]: Point, left: number, top: number): Point => [x - left, y - top];

interface Rows {
  readonly changes: Float64Array;
  readonly width: number;
  readonly height: number;
}

function addEdge(rows: Rows, from: Point, to: Point): void {
  const down = from[1] < to[1];
  const [[x0, y0], [x1, y1]] = down ? [from, to] : [to, from];
  if (y0 === y1) return;
  const slope = (x1 - x0) / (y1 - y0);
  const end = Math.min(rows.height, Math.ceil(y1));
  for (let row = Math.max(0, Math.floor(y0)); row < end; row++) {
    const [ya, yb] = [Math.max(row, y0), Math.min(row + 1, y1)];
    const [xa, xb] = [x0 + (ya - y0) * slope, x0 + (yb - y0) * slope];
    addPiece(rows, row, [Math.min(xa, xb), Math.max(xa, xb)], down ? yb - ya : ya - yb);
  }
}

/** Adds a piece of an edge within one row. @param height signed by the direction of the edge */
function addPiece(
  { changes, width }: Rows,
  row: number,
  [left, right]: readonly [number, number],
  height: number,
): void {
  const begin = row * (width + 1);
  // What lies to the left of the box covers its whole row.
  const perUnit = right > left ? height / (right - left) : 0;
  if (left < 0) changes[begin]! += right > 0 ? -left * perUnit : height;
  const last = Math.min(width - 1, Math.floor(right));
  for (let column = Math.max(0, Math.floor(left)); column <= last; column++) {
    const [a, b] = [Math.max(left, column), Math.min(right, column + 1)];
    const share = right > left ? (b - a) * perUnit : height;
    const outside = share * ((a + b) / 2 - column);
    changes[begin + column]! += share - outside;
    changes[begin + column + 1]! += outside;
  }
}
