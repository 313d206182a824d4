/** Polygons as triangles, by cutting off one ear after the other. */
import type { Point } from '../environments/drawing';

/** The corners of a triangle. */
export type Triangle = readonly [a: Point, b: Point, c: Point];

/** Twice the area of a triangle, above 0 for corners in counterclockwise order. */
function doubleArea([ax, ay]: Point, [bx, by]: Point, [cx, cy]: Point): number {
  return (bx - ax) * (cy - ay) - (by - ay) * (cx - ax);
}

/** 1 for a polygon whose corners are in counterclockwise order, else -1. */
function directionOf(points: readonly Point[]): 1 | -1 {
  const [first] = points as [Point];
  const sum = points.reduce((total, point, index) => {
    return total + doubleArea(first, point, points[(index + 1) % points.length]!);
  }, 0);
  return sum < 0 ? -1 : 1;
}

function cornerAt(points: readonly Point[], index: number): Triangle {
  const count = points.length;
  const [before, behind] = [(index + count - 1) % count, (index + 1) % count];
  return [points[before]!, points[index]!, points[behind]!];
}

/** Whether the triangle at a corner lies within the polygon. */
function isEar(points: readonly Point[], index: number, direction: 1 | -1): boolean {
  const [a, b, c] = cornerAt(points, index);
  if (direction * doubleArea(a, b, c) < 0) return false;
  return points.every(
    (point) =>
      direction * doubleArea(a, b, point) <= 0 ||
      direction * doubleArea(b, c, point) <= 0 ||
      direction * doubleArea(c, a, point) <= 0,
  );
}

/**
 * Triangles that cover a polygon in any direction, each place once. Where its sides cross, what
 * they cover is not defined.
 * @param polygon three corners or more
 */
export function triangulate(polygon: readonly Point[]): Triangle[] {
  const direction = directionOf(polygon);
  const left = [...polygon];
  const triangles: Triangle[] = [];
  while (left.length > 3) {
    const ear = left.findIndex((_, index) => isEar(left, index, direction));
    const index = Math.max(0, ear);
    triangles.push(cornerAt(left, index));
    left.splice(index, 1);
  }
  return [...triangles, left as unknown as Triangle];
}
