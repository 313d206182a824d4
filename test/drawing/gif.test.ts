/** GIF files, read back by a decoder of its own: LZW, color tables and control blocks of GIF89a. */
import { expect, test } from 'vitest';
import { encodeGif } from '../../src/drawing/gif';
import type { Picture } from '../../src/drawing/rasterize';
import { decodeGif } from './decode-gif';

type Rgb = readonly [number, number, number];
const RED: Rgb = [214, 66, 82];
const WHITE: Rgb = [255, 255, 255];

const picture = (width: number, colors: readonly Rgb[]): Picture => ({
  width,
  height: colors.length / width,
  pixels: Uint8Array.from(colors.flatMap((color) => [...color, 255])),
});

/** A red square that moves over a white field of 13 x 7. */
const moving = (at: number): Picture =>
  picture(
    13,
    Array.from({ length: 13 * 7 }, (_, place) => (place % 13 === at ? RED : WHITE)),
  );

test('every frame shows its picture', () => {
  const pictures = [0, 3, 3, 12].map(moving);
  const { width, height, frames, repeats } = decodeGif(
    encodeGif(pictures, { delay: 40, lastDelay: 1000 }),
  );
  expect({ width, height, repeats }).toEqual({ width: 13, height: 7, repeats: 0 });
  expect(frames.map(({ hundredths }) => hundredths)).toEqual([4, 4, 4, 100]);
  expect(frames.map(({ shown }) => shown)).toEqual(
    pictures.map(({ pixels }) => [...pixels].filter((_, index) => index % 4 !== 3)),
  );
});

test('only what has changed is painted', () => {
  const { frames } = decodeGif(encodeGif([1, 3, 3].map(moving), { delay: 20, lastDelay: 20 }));
  expect(frames.map(({ box }) => box)).toEqual([
    { left: 0, top: 0, width: 13, height: 7 },
    { left: 1, top: 0, width: 3, height: 7 },
    // A frame has one pixel at least.
    { left: 0, top: 0, width: 1, height: 1 },
  ]);
  const painted = frames.map(({ indices }) => indices.filter((index) => index !== 63).length);
  // All pixels, then two columns, then none.
  expect(painted).toEqual([13 * 7, 2 * 7, 0]);
});

test('colors beyond the 63 most frequent become the nearest of these', () => {
  // 70 grays, the darker the more frequent, each on a row of its own.
  const grays = Array.from({ length: 70 }, (_, gray) => [gray, gray, gray] as const);
  const colors = grays.flatMap((color, index) =>
    Array.from({ length: 71 }, (_, place): Rgb => (place < 70 - index ? color : [0, 0, 0])),
  );
  const [frame] = decodeGif(encodeGif([picture(71, colors)], { delay: 20, lastDelay: 20 })).frames;
  const grayOf = (row: number): number => frame!.shown[row * 71 * 3]!;
  expect([0, 1, 40, 62].map(grayOf)).toEqual([0, 1, 40, 62]);
  expect([63, 66, 69].map(grayOf)).toEqual([62, 62, 62]);
});
