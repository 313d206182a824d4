import { decode } from 'fast-png';
import { expect, test } from 'vitest';
import { encodePng } from '../../src/drawing/png';
import { rasterize } from '../../src/drawing/rasterize';

test('a file has the pixels of its picture', () => {
  const view = { left: 0, right: 3, bottom: 0, top: 2 };
  const circle = { type: 'circle', center: [1, 1], radius: 0.8, color: 'goal' } as const;
  const picture = rasterize({ view, shapes: [circle] }, { width: 33, height: 22, theme: 'dark' });
  const { width, height, data, palette, channels, depth } = decode(encodePng(picture));
  expect({ width, height, channels, depth }).toEqual({
    width: 33,
    height: 22,
    channels: 1,
    depth: 8,
  });
  const shown = [...data].flatMap((index) => [...palette![index]!.slice(0, 3), 255]);
  expect(shown).toEqual([...picture.pixels]);
  expect(palette!.length).toBeGreaterThan(5);
});
