/** How much of every pixel a shape covers. */
import type { LineShape, Point, PolygonShape, Shape } from '../environments/drawing';
import type { Fit } from './fit';
import { glyphSquares } from './glyphs';
import type { Box, Coverage, GridSize } from './grid';
import { polygonCoverage } from './polygon-coverage';

/** The pixels that the points may touch within a grid. @param margin in pixels around them */
function boxAround(points: readonly Point[], margin: number, size: GridSize): Box {
  const bounds = (axis: 0 | 1, length: number): [number, number] => {
    const all = points.map((point) => point[axis]);
    const low = Math.floor(all.reduce((a, b) => Math.min(a, b)) - margin);
    const high = Math.ceil(all.reduce((a, b) => Math.max(a, b)) + margin);
    const begin = Math.min(Math.max(low, 0), length);
    return [begin, Math.max(Math.min(high, length) - begin, 0)];
  };
  const [[left, width], [top, height]] = [bounds(0, size.width), bounds(1, size.height)];
  return { left, top, width, height };
}

/** Coverage by distance: 1 within the edge, 0 beyond it, sloping over one pixel. */
function byDistance(
  box: Box,
  radius: number,
  values: Float64Array,
  distance: (x: number, y: number) => number,
  within: Box = box,
): void {
  for (let row = within.top; row < within.top + within.height; row++) {
    for (let column = within.left; column < within.left + within.width; column++) {
      const covered = radius + 0.5 - distance(column + 0.5, row + 0.5);
      if (covered <= 0) continue;
      const at = (row - box.top) * box.width + column - box.left;
      values[at] = Math.max(values[at]!, Math.min(1, covered));
    }
  }
}

/** The distance of a point from the line between two others. */
function distanceFrom([ax, ay]: Point, [bx, by]: Point): (x: number, y: number) => number {
  const [dx, dy] = [bx - ax, by - ay];
  const square = dx * dx + dy * dy;
  return (x, y) => {
    const along = square === 0 ? 0 : ((x - ax) * dx + (y - ay) * dy) / square;
    const part = Math.min(Math.max(along, 0), 1);
    return Math.hypot(x - ax - part * dx, y - ay - part * dy);
  };
}

const empty = (box: Box): Coverage => ({ box, values: new Float64Array(box.width * box.height) });

function lineCoverage({ points, width }: LineShape, fit: Fit, size: GridSize): Coverage {
  // A thinner line would be broken in a terminal and pale in a picture.
  const radius = Math.max(1, width * fit.scale) / 2;
  const placed = points.map(fit.place);
  const coverage = empty(boxAround(placed, radius + 1, size));
  for (const [index, end] of placed.slice(1).entries()) {
    const begin = placed[index]!;
    const within = boxAround([begin, end], radius + 1, size);
    byDistance(coverage.box, radius, coverage.values, distanceFrom(begin, end), within);
  }
  return coverage;
}

function filledCoverage(
  { points }: Pick<PolygonShape, 'points'>,
  fit: Fit,
  size: GridSize,
): Coverage {
  const placed = points.map(fit.place);
  return polygonCoverage(placed, boxAround(placed, 0, size));
}

/** The coverages of a shape; a text has one for each square of its letters. */
export function coveragesOf(shape: Shape, fit: Fit, size: GridSize): Coverage[] {
  switch (shape.type) {
    case 'line':
      return [lineCoverage(shape, fit, size)];
    case 'polygon':
      return [filledCoverage(shape, fit, size)];
    case 'circle': {
      const center = fit.place(shape.center);
      const radius = shape.radius * fit.scale;
      const coverage = empty(boxAround([center], radius + 1, size));
      byDistance(coverage.box, radius, coverage.values, distanceFrom(center, center));
      return [coverage];
    }
    case 'text':
      return glyphSquares(shape, fit).map((square) =>
        polygonCoverage(square, boxAround(square, 0, size)),
      );
  }
}
