/** Moving pictures as GIF files. */
import { GIFEncoder } from 'gifenc';
import { commonColors, Indexer } from './indexed';
import type { Picture } from './rasterize';

/** Bits of an index; one color is kept for what does not change from one picture to the next. */
const COLOR_BITS = 6;
const UNCHANGED = 2 ** COLOR_BITS - 1;
/** Keep what a frame has painted for the next one. */
const KEEP = 1;

/** How pictures follow each other. */
export interface GifOptions {
  /** Milliseconds of each picture, in hundredths of a second; browsers show at least 20 of them. */
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
    const changes = shown ? changesOf(indices, shown) : indices;
    encoder.writeFrame(changes, picture.width, picture.height, {
      ...(shown ? {} : { palette: [...colors, ...padding] }),
      delay: isLast ? lastDelay : delay,
      transparent: true,
      transparentIndex: UNCHANGED,
      dispose: KEEP,
      colorDepth: COLOR_BITS,
    });
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

/** The indices, with UNCHANGED where they are what is shown already. */
function changesOf(indices: Uint8Array, shown: Uint8Array): Uint8Array {
  return indices.map((index, place) => (index === shown[place] ? UNCHANGED : index));
}
