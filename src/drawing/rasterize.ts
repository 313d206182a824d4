/** Paints drawings into pictures of pixels, without a canvas. */
import type { Drawing } from '../environments/drawing';
import { coveragesOf } from './coverage';
import { fitView } from './fit';
import type { Coverage, GridSize } from './grid';
import { PALETTES, type Rgb, type Theme } from './palette';

/** A picture of pixels. */
export interface Picture {
  /** In pixels. */
  readonly width: number;
  /** In pixels. */
  readonly height: number;
  /** Red, green, blue and opacity of each pixel, 0 … 255, [height][width][4]. */
  readonly pixels: Uint8Array;
}

/** How a drawing becomes a picture. */
export interface PictureOptions {
  /** In pixels. */
  readonly width: number;
  /** In pixels. */
  readonly height: number;
  /** Default light. */
  readonly theme?: Theme | undefined;
}

const CHANNELS = 4;
const OPAQUE = 255;

/** A picture of one color. */
export function blankPicture({ width, height }: GridSize, [red, green, blue]: Rgb): Picture {
  const pixels = new Uint8Array(width * height * CHANNELS);
  for (let at = 0; at < pixels.length; at += CHANNELS) {
    pixels.set([red, green, blue, OPAQUE], at);
  }
  return { width, height, pixels };
}

/** Paints a color over a picture, as far as each pixel is covered. */
function blend({ width, pixels }: Picture, { box, values }: Coverage, color: Rgb): void {
  for (let row = 0; row < box.height; row++) {
    for (let column = 0; column < box.width; column++) {
      const part = values[row * box.width + column]!;
      if (part === 0) continue;
      const at = ((box.top + row) * width + box.left + column) * CHANNELS;
      for (const [channel, value] of color.entries()) {
        const before = pixels[at + channel]!;
        pixels[at + channel] = Math.round(before + (value - before) * part);
      }
    }
  }
}

/** The picture of a drawing, in its own proportions in the middle; edges are smooth. */
export function rasterize(drawing: Drawing, options: PictureOptions): Picture {
  const { background, colors } = PALETTES[options.theme ?? 'light'];
  const fit = fitView(drawing.view, options);
  const picture = blankPicture(options, background);
  for (const shape of drawing.shapes) {
    for (const coverage of coveragesOf(shape, fit, options)) {
      blend(picture, coverage, colors[shape.color]);
    }
  }
  return picture;
}

/** Copies a picture into another, which it must lie within. */
export function paste(onto: Picture, from: Picture, left: number, top: number): void {
  const bytes = from.width * CHANNELS;
  for (let row = 0; row < from.height; row++) {
    const line = from.pixels.subarray(row * bytes, (row + 1) * bytes);
    onto.pixels.set(line, ((top + row) * onto.width + left) * CHANNELS);
  }
}
