/** Pictures with few colors, as GIF and small PNG files have them. */
import type { Rgb } from './palette';
import type { Picture } from './rasterize';

const CHANNELS = 4;

/** Red, green and blue of a pixel as one number. */
function colorAt(pixels: Uint8Array, at: number): number {
  return (pixels[at]! << 16) | (pixels[at + 1]! << 8) | pixels[at + 2]!;
}

const rgbOf = (color: number): Rgb => [color >> 16, (color >> 8) & 255, color & 255];

/** The most frequent colors of pictures, the most frequent first; at most `most` of them. */
export function commonColors(pictures: Iterable<Picture>, most: number): Rgb[] {
  const counts = new Map<number, number>();
  for (const { pixels } of pictures) {
    for (let at = 0; at < pixels.length; at += CHANNELS) {
      const color = colorAt(pixels, at);
      counts.set(color, (counts.get(color) ?? 0) + 1);
    }
  }
  const sorted = [...counts].sort(([a, x], [b, y]) => y - x || a - b);
  return sorted.slice(0, most).map(([color]) => rgbOf(color));
}

function nearest([red, green, blue]: Rgb, palette: readonly Rgb[]): number {
  const distances = palette.map(([r, g, b]) => (r - red) ** 2 + (g - green) ** 2 + (b - blue) ** 2);
  return distances.reduce(
    (best, distance, index) => (distance < distances[best]! ? index : best),
    0,
  );
}

/**
 * The index of the nearest color of a palette for every pixel, and the same for further pictures.
 */
export class Indexer {
  private readonly known = new Map<number, number>();

  constructor(private readonly palette: readonly Rgb[]) {}

  /** [height · width] */
  indices({ pixels }: Picture): Uint8Array {
    const indices = new Uint8Array(pixels.length / CHANNELS);
    for (let place = 0; place < indices.length; place++) {
      const color = colorAt(pixels, place * CHANNELS);
      let index = this.known.get(color);
      if (index === undefined) {
        index = nearest(rgbOf(color), this.palette);
        this.known.set(color, index);
      }
      indices[place] = index;
    }
    return indices;
  }
}
