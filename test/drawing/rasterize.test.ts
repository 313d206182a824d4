/** Pixels by hand: how much of each a shape covers, and what comes of it. */
import { describe, expect, test } from 'vitest';
import { PALETTES } from '../../src/drawing/palette';
import { type Picture, paste, rasterize } from '../../src/drawing/rasterize';
import type { Color, Shape } from '../../src/environments/drawing';

/** A world of as many units as the picture has pixels. */
const paint = (width: number, height: number, ...shapes: Shape[]): Picture =>
  rasterize({ view: { left: 0, right: width, bottom: 0, top: height }, shapes }, { width, height });

/** How far each pixel is from the white background to a color, as a part, row by row. */
function partsOf({ width, height, pixels }: Picture, color: Color): number[][] {
  const [red] = PALETTES.light.colors[color];
  return Array.from({ length: height }, (_, row) =>
    Array.from({ length: width }, (_, column) => {
      const value = pixels[(row * width + column) * 4]!;
      return Math.round(((255 - value) / (255 - red)) * 100) / 100;
    }),
  );
}

const polygon = (...points: [number, number][]): Shape => ({
  type: 'polygon',
  points,
  color: 'ink',
});

const line = (width: number, ...points: [number, number][]): Shape => ({
  type: 'line',
  points,
  width,
  color: 'ink',
});

describe('a polygon covers the exact area', () => {
  test('of a rectangle with edges between pixels', () => {
    // From x = 0.5 to 2.25, and from y = 1 to 2.75 of 3, upwards.
    const picture = paint(3, 3, polygon([0.5, 1], [2.25, 1], [2.25, 2.75], [0.5, 2.75]));
    expect(partsOf(picture, 'ink')).toEqual([
      [0.38, 0.75, 0.19],
      [0.5, 1, 0.25],
      [0, 0, 0],
    ]);
  });

  test('of a triangle, in either direction', () => {
    // Below the diagonal of a square of 2: half a pixel on it, whole pixels below.
    const expected = [
      [0.5, 0],
      [1, 0.5],
    ];
    expect(partsOf(paint(2, 2, polygon([0, 0], [2, 0], [0, 2])), 'ink')).toEqual(expected);
    expect(partsOf(paint(2, 2, polygon([0, 2], [2, 0], [0, 0])), 'ink')).toEqual(expected);
  });

  test('of a slope through several pixels of a row', () => {
    // Below the line from (0, 0) to (4, 1): ⅛, ⅜, ⅝ and ⅞ of the pixels, in 210 steps of red.
    const [row] = partsOf(paint(4, 1, polygon([0, 0], [4, 0], [4, 1])), 'ink');
    expect(row).toEqual([0.12, 0.38, 0.62, 0.88]);
  });

  test('of what lies within the picture', () => {
    const all = paint(2, 2, polygon([-9, -9], [9, -9], [9, 9], [-9, 9]));
    expect(partsOf(all, 'ink')).toEqual([
      [1, 1],
      [1, 1],
    ]);
    const left = paint(3, 1, polygon([-5, -1], [1.5, -1], [1.5, 2], [-5, 2]));
    expect(partsOf(left, 'ink')).toEqual([[1, 0.5, 0]]);
    // The edge from (-1, 0) to (1, 1) enters the picture at half of its height.
    const cut = paint(2, 1, polygon([-1, 0], [1, 1], [-1, 1]));
    expect(partsOf(cut, 'ink')).toEqual([[0.25, 0]]);
    const beyond = paint(2, 1, polygon([5, 0], [6, 0], [6, 1]), polygon([-5, 0], [-4, 0], [-4, 1]));
    expect(partsOf(beyond, 'ink')).toEqual([[0, 0]]);
  });

  test('with a hole where it crosses itself twice', () => {
    // Two triangles that meet in the middle, one turning left, one right.
    const bow = paint(2, 2, polygon([0, 0], [2, 2], [2, 0], [0, 2]));
    expect(partsOf(bow, 'ink')).toEqual([
      [0.5, 0.5],
      [0.5, 0.5],
    ]);
  });
});

describe('a line', () => {
  test('covers its width', () => {
    const picture = paint(5, 4, line(2, [-3, 2], [9, 2]));
    expect(partsOf(picture, 'ink').map((row) => row[2])).toEqual([0, 1, 1, 0]);
    const between = paint(5, 4, line(2, [-3, 2.25], [9, 2.25]));
    expect(partsOf(between, 'ink').map((row) => row[2])).toEqual([0.25, 1, 0.75, 0]);
  });

  test('is a pixel wide at least', () => {
    const picture = paint(3, 3, line(0, [-3, 1.5], [9, 1.5]));
    expect(partsOf(picture, 'ink').map((row) => row[1])).toEqual([0, 1, 0]);
  });

  test('is as dark where its pieces meet as elsewhere', () => {
    const bent = paint(5, 5, line(1, [0, 2.5], [2.5, 2.5], [2.5, 5]));
    const parts = partsOf(bent, 'ink');
    expect(parts[2]!.slice(0, 3)).toEqual([1, 1, 1]);
    expect(parts.map((row) => row[2])).toEqual([1, 1, 1, 0, 0]);
    // The second piece covers less of the pixel at (2, 1) than the first, which covers all of it.
    const thick = paint(5, 4, line(2, [0, 2], [3.25, 2], [3.25, 4]));
    expect(partsOf(thick, 'ink')[2]![2]).toBe(1);
  });

  test('ends round', () => {
    const dot = paint(5, 5, line(4, [2.5, 2.5], [2.5, 2.5]));
    const circle = paint(5, 5, { type: 'circle', center: [2.5, 2.5], radius: 2, color: 'ink' });
    expect(dot).toEqual(circle);
  });
});

test('a circle covers pixels by the distance of their middles', () => {
  const picture = paint(5, 5, { type: 'circle', center: [2.5, 2.5], radius: 1.5, color: 'ink' });
  // 1.5 + 0.5 - √(x² + y²): √2 = 1.41 leaves 0.59, 2 nothing.
  expect(partsOf(picture, 'ink')).toEqual([
    [0, 0, 0, 0, 0],
    [0, 0.59, 1, 0.59, 0],
    [0, 1, 1, 1, 0],
    [0, 0.59, 1, 0.59, 0],
    [0, 0, 0, 0, 0],
  ]);
});

test('shapes are painted over each other', () => {
  const whole = (color: Color): Shape => ({
    type: 'polygon',
    points: [
      [0, 0],
      [1, 0],
      [1, 1],
      [0, 1],
    ],
    color,
  });
  const { pixels } = paint(1, 1, whole('goal'), whole('body'));
  expect([...pixels]).toEqual([...PALETTES.light.colors.body, 255]);
});

test('a theme has its background and colors', () => {
  const view = { left: 0, right: 2, bottom: 0, top: 1 };
  const shapes = [polygon([0, 0], [1, 0], [1, 1], [0, 1])];
  const { pixels } = rasterize({ view, shapes }, { width: 2, height: 1, theme: 'dark' });
  const { background, colors } = PALETTES.dark;
  expect([...pixels]).toEqual([...colors.ink, 255, ...background, 255]);
});

test('a view of other proportions lies in the middle, as large as it can be', () => {
  const view = { left: 10, right: 11, bottom: -1, top: 1 };
  const all = polygon([10, -1], [11, -1], [11, 1], [10, 1]);
  const wide = rasterize({ view, shapes: [all] }, { width: 4, height: 4 });
  expect(partsOf(wide, 'ink')).toEqual(Array.from({ length: 4 }, () => [0, 1, 1, 0]));
  const high = rasterize({ view, shapes: [all] }, { width: 1, height: 4 });
  expect(partsOf(high, 'ink').flat()).toEqual([0, 1, 1, 0]);
});

test('a text consists of squares on whole pixels', () => {
  const text = (anchor: 'left' | 'middle' | 'right', x: number): Shape => ({
    type: 'text',
    at: [x, 0],
    text: '7i',
    height: 5,
    color: 'ink',
    anchor,
  });
  const expected = [
    [1, 1, 1, 0, 1, 1, 1],
    [0, 0, 1, 0, 0, 1, 0],
    [0, 1, 0, 0, 0, 1, 0],
    [0, 1, 0, 0, 0, 1, 0],
    [0, 1, 0, 0, 1, 1, 1],
  ];
  expect(partsOf(paint(7, 5, text('left', 0)), 'ink')).toEqual(expected);
  expect(partsOf(paint(7, 5, text('middle', 3.5)), 'ink')).toEqual(expected);
  expect(partsOf(paint(7, 5, text('right', 7)), 'ink')).toEqual(expected);
  const large = paint(14, 10, { ...text('left', 0), height: 10 } as Shape);
  const doubled = expected.flatMap((row) => {
    const wide = row.flatMap((part) => [part, part]);
    return [wide, wide];
  });
  expect(partsOf(large, 'ink')).toEqual(doubled);
});

test('a picture is pasted at its place', () => {
  const sheet = paint(3, 2);
  paste(sheet, paint(1, 1, polygon([0, 0], [1, 0], [1, 1], [0, 1])), 2, 1);
  expect(partsOf(sheet, 'ink')).toEqual([
    [0, 0, 0],
    [0, 0, 1],
  ]);
});
