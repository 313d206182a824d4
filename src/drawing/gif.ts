/** Moving pictures as GIF files. */
import { GIFEncoder } from 'gifenc';
import type { Box, GridSize } from './grid';
import { commonColors, Indexer } from './indexed';
import type { Picture } from './rasterize';

/** Bits of an index; one color is kept for what does not change from one picture to the next. */
const COLOR_BITS = 6;
const UNCHANGED = 2 ** COLOR_BITS - 1;
/** Keep what a frame has painted for the next one. */
const KEEP = 1;

/** How pictures follow each other. */
export interface GifOptions {
  /** Milliseconds of each picture, a multiple of 10; browsers show less than 20 as more. */
  readonly delay: number;
  /** Milliseconds of the last picture before the first one follows again. */
  readonly lastDelay: number;
}

/**
 * A GIF file that repeats for ever, with the 63 most frequent colors of the pictures.
 * @param pictures at least one, all of the same size; they are iterated twice
 */
export function encodeGif(
  pictures: Iterable<Picture>,
  { delay, lastDelay }: GifOptions,
): Uint8Array {
  const colors = commonColors(pictures, UNCHANGED);
  const indexer = new Indexer(colors);
  const padding = Array.from({ length: UNCHANGED + 1 - colors.length }, () => [0, 0, 0]);
  const encoder = GIFEncoder();
  let shown: Uint8Array | undefined;
  for (const { picture, isLast } of withLast(pictures)) {
    const indices = indexer.indices(picture);
    const part = shown ? changedPart(picture, indices, shown) : { ...whole(picture), indices };
    const begin = encoder.bytesView().length;
    encoder.writeFrame(part.indices, part.width, part.height, {
      ...(shown ? {} : { palette: [...colors, ...padding] }),
      delay: isLast ? lastDelay : delay,
      transparent: true,
      transparentIndex: UNCHANGED,
      dispose: KEEP,
      colorDepth: COLOR_BITS,
    });
    if (shown) placeFrame(encoder.bytesView().subarray(begin), part);
    shown = indices;
  }
  encoder.finish();
  return encoder.bytes();
}

/** The pictures, and which of them is the last. */
function* withLast(
  pictures: Iterable<Picture>,
): Generator<{ readonly picture: Picture; readonly isLast: boolean }, void, undefined> {
  let held: Picture | undefined;
  for (const picture of pictures) {
    if (held) yield { picture: held, isLast: false };
    held = picture;
  }
  if (held) yield { picture: held, isLast: true };
}

/** A part of a picture, and the indices of its pixels. */
interface Part extends Box {
  readonly indices: Uint8Array;
}

const whole = ({ width, height }: GridSize): Box => ({ left: 0, top: 0, width, height });

/** The smallest part with all pixels that differ from what is shown; the others are UNCHANGED. */
function changedPart({ width, height }: GridSize, indices: Uint8Array, shown: Uint8Array): Part {
  let [left, right, top, bottom] = [width, 0, height, 0];
  for (const [place, index] of indices.entries()) {
    if (index === shown[place]) continue;
    const [column, row] = [place % width, Math.floor(place / width)];
    [left, right] = [Math.min(left, column), Math.max(right, column + 1)];
    [top, bottom] = [Math.min(top, row), Math.max(bottom, row + 1)];
  }
  // A frame has one pixel at least.
  if (left >= right) [left, right, top, bottom] = [0, 1, 0, 1];
  const box = { left, top, width: right - left, height: bottom - top };
  const part = new Uint8Array(box.width * box.height).map((_, at) => {
    const place = (top + Math.floor(at / box.width)) * width + left + (at % box.width);
    return indices[place] === shown[place] ? UNCHANGED : indices[place]!;
  });
  return { ...box, indices: part };
}

/** Bytes of the control block that precedes the description of each frame but the first. */
const CONTROL_BYTES = 8;
const DESCRIPTION = 0x2c;

/** Sets the place of a frame, which gifenc always puts into the corner. */
function placeFrame(frame: Uint8Array, { left, top }: Box): void {
  const view = new DataView(frame.buffer, frame.byteOffset + CONTROL_BYTES);
  if (view.getUint8(0) !== DESCRIPTION) throw new Error('gifenc has changed the order of blocks');
  view.setUint16(1, left, true);
  view.setUint16(3, top, true);
}
