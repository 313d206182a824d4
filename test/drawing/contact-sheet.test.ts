import { describe, expect, test } from 'vitest';
import { contactSheet, spread } from '../../src/drawing/contact-sheet';
import { PALETTES } from '../../src/drawing/palette';
import type { Color, Drawing } from '../../src/environments/drawing';

const filled = (color: Color): Drawing => ({
  view: { left: 0, right: 20, bottom: 0, top: 10 },
  shapes: [
    {
      type: 'polygon',
      points: [
        [0, 0],
        [20, 0],
        [20, 10],
        [0, 10],
      ],
      color,
    },
  ],
});

test('pictures stand in rows from left to right, with lines between them', () => {
  const tiles = (['body', 'limb', 'goal'] as const).map((color) => ({
    drawing: filled(color),
    label: '',
  }));
  const { width, height, pixels } = contactSheet(tiles, { columns: 2, tileWidth: 20 });
  expect([width, height]).toEqual([2 * 20 + 2, 2 * 10 + 2]);
  const at = (x: number, y: number): number[] => [
    ...pixels.subarray((y * width + x) * 4, (y * width + x) * 4 + 3),
  ];
  const { colors } = PALETTES.light;
  expect([at(0, 0), at(19, 9)]).toEqual([colors.body, colors.body]);
  expect([at(20, 0), at(21, 9), at(0, 10), at(0, 11)]).toEqual(
    Array.from({ length: 4 }, () => colors.backdrop),
  );
  expect([at(22, 0), at(41, 9)]).toEqual([colors.limb, colors.limb]);
  expect([at(0, 12), at(19, 21)]).toEqual([colors.goal, colors.goal]);
  // The place of a fourth one.
  expect(at(30, 15)).toEqual(colors.backdrop);
});

test('labels stand in the upper left corner', () => {
  const empty = { view: { left: 0, right: 100, bottom: 0, top: 50 }, shapes: [] };
  const sheet = contactSheet([{ drawing: empty, label: 'I' }], { columns: 1, tileWidth: 100 });
  const dark = [...sheet.pixels.keys()]
    .filter((index) => index % 4 === 0 && sheet.pixels[index] !== 255)
    .map((index) => [(index / 4) % 100, Math.floor(index / 400)]);
  const [xs, ys] = [dark.map(([x]) => x!), dark.map(([, y]) => y!)];
  expect([Math.min(...xs), Math.max(...xs)]).toEqual([8, 13]);
  expect([Math.min(...ys), Math.max(...ys)]).toEqual([8, 17]);
});

describe('moments are spread over an episode, with its first and last', () => {
  test.each([
    [3, 5, [0, 1, 2]],
    [5, 5, [0, 1, 2, 3, 4]],
    [9, 3, [0, 4, 8]],
    [500, 4, [0, 166, 333, 499]],
  ])('%d steps for %d pictures', (length, count, indices) => {
    expect(spread(length, count)).toEqual(indices);
  });
});
