/** Pictures as PNG files. */
import { encode } from 'fast-png';
import { commonColors, Indexer } from './indexed';
import type { Picture } from './rasterize';

/** Most colors of a file with a palette. */
const MOST_COLORS = 256;

/** A PNG file with a palette of the 256 most frequent colors. */
export function encodePng(picture: Picture): Uint8Array {
  const { width, height } = picture;
  const colors = commonColors([picture], MOST_COLORS);
  const data = new Indexer(colors).indices(picture);
  const palette = colors.map((color) => [...color]);
  return encode({ width, height, data, depth: 8, channels: 1, palette }, { zlib: { level: 9 } });
}
