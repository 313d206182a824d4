/** Triangles of polygons: they cover what the polygon covers, and nothing twice. */
import { describe, expect, test } from 'vitest';
import { triangulate } from '../../src/drawing/triangulate';
import type { Point } from '../../src/environments/drawing';

const areaOf = (points: readonly Point[]): number =>
  Math.abs(
    points.reduce((sum, [x, y], index) => {
      const [u, v] = points[(index + 1) % points.length]!;
      return sum + (x * v - u * y) / 2;
    }, 0),
  );

/** Whether a place lies within a polygon, by the sides that a ray to the right crosses. */
function covers(points: readonly Point[], [x, y]: Point): boolean {
  const crossed = points.filter(([ax, ay], index) => {
    const [bx, by] = points[(index + 1) % points.length]!;
    return ay > y !== by > y && x < ax + ((y - ay) / (by - ay)) * (bx - ax);
  });
  return crossed.length % 2 === 1;
}

const SHAPES: readonly (readonly [string, readonly Point[]])[] = [
  [
    'a triangle',
    [
      [0, 0],
      [3, 0],
      [1, 2],
    ],
  ],
  [
    'a rectangle',
    [
      [0, 0],
      [5, 0],
      [5, 2],
      [0, 2],
    ],
  ],
  [
    'an arrow',
    [
      [0, 0],
      [4, 0],
      [4, -1],
      [7, 1.5],
      [4, 4],
      [4, 3],
      [0, 3],
      [1, 1.5],
    ],
  ],
  [
    'a comb',
    [
      [0, 0],
      [7, 0],
      [7, 3],
      [5, 1],
      [4, 3],
      [3, 1],
      [2, 3],
      [1, 1],
      [0, 3],
    ],
  ],
  [
    'corners in a line and twice',
    [
      [0, 0],
      [1, 0],
      [2, 0],
      [2, 0],
      [2, 2],
      [1, 2],
      [0, 2],
      [0, 1],
    ],
  ],
];

describe.each(SHAPES)('%s', (_, points) => {
  test.each([
    ['counterclockwise', points],
    ['clockwise', points.toReversed()],
  ])('%s', (_way, corners) => {
    const triangles = triangulate(corners);
    expect(triangles.length).toBe(corners.length - 2);
    const sum = triangles.reduce((total, triangle) => total + areaOf(triangle), 0);
    expect(sum).toBeCloseTo(areaOf(corners), 10);
    for (let x = -0.93; x < 8; x += 0.37) {
      for (let y = -1.91; y < 5; y += 0.41) {
        const count = triangles.filter((triangle) => covers(triangle, [x, y])).length;
        expect(count).toBe(covers(corners, [x, y]) ? 1 : 0);
      }
    }
  });
});

test('sides that cross still end', () => {
  expect(
    triangulate([
      [0, 0],
      [2, 2],
      [2, 0],
      [0, 2],
      [1, 3],
    ]).length,
  ).toBe(3);
});
