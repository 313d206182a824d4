/** Recordings of episodes: a moving picture, or a contact sheet. */
import type { Drawing } from '../environments/drawing';
import { contactSheet, spread } from './contact-sheet';
import { heightOf } from './fit';
import type { Frame } from './frames';
import { encodeGif } from './gif';
import type { Theme } from './palette';
import { encodePng } from './png';
import { type Picture, rasterize } from './rasterize';

/** How episodes are recorded. */
export interface RecordingOptions {
  /**
   * Pixels of one picture, an integer from 1 to 65535; its height follows from the view of the
   * first drawing.
   */
  readonly width: number;
  /** Default light. */
  readonly theme?: Theme | undefined;
}

/** How a moving picture is recorded. */
export interface MovingOptions extends RecordingOptions {
  /** Steps of an episode that are shown in a second, above 0. */
  readonly stepsPerSecond: number;
}

/** The most pictures per second that all browsers show, each for a whole number of hundredths. */
const MOST_PER_SECOND = 34;
/** The longest time of a picture in a GIF file, in milliseconds. */
const MOST_DELAY = 655_350;
/** Milliseconds for which the last state of an episode is shown. */
const LAST_DELAY = 1200;
/** How many pictures a sheet has, and how many side by side, by their width per height. */
const SHEET_COLUMNS = [
  { above: 2.5, columns: 3, count: 15 },
  { above: 1.4, columns: 4, count: 16 },
  { above: 0, columns: 5, count: 15 },
] as const;

/** Pictures of drawings, made whenever they are asked for, since many do not fit into memory. */
class Pictures implements Iterable<Picture> {
  constructor(
    private readonly drawings: readonly Drawing[],
    private readonly options: RecordingOptions,
  ) {}

  *[Symbol.iterator](): Generator<Picture, void, undefined> {
    const { width, theme } = this.options;
    const height = heightOf(this.drawings[0]!.view, width);
    for (const drawing of this.drawings) yield rasterize(drawing, { width, height, theme });
  }
}

/**
 * Which steps a moving picture shows, and how many milliseconds each.
 * @throws RangeError for a rate that is not above 0 and finite.
 */
export function pace(stepsPerSecond: number): { readonly every: number; readonly delay: number } {
  if (!(Number.isFinite(stepsPerSecond) && stepsPerSecond > 0)) {
    throw new RangeError(`stepsPerSecond is ${stepsPerSecond}; it must be finite and above 0`);
  }
  const every = Math.ceil(stepsPerSecond / MOST_PER_SECOND);
  const delay = Math.round((100 * every) / stepsPerSecond) * 10;
  return { every, delay: Math.min(delay, MOST_DELAY) };
}

/** @throws RangeError where there is nothing to show. */
function checkFrames(frames: readonly Frame[]): void {
  if (frames.length === 0) throw new RangeError('there are no frames; at least one is needed');
}

/**
 * A GIF file of episodes in which a second shows `stepsPerSecond` steps; of fast ones it shows only
 * some, but always the last state.
 * @param frames at least one, see `framesOf`
 * @throws RangeError without frames, and for a width, height or rate out of range.
 */
export function recordGif(frames: readonly Frame[], options: MovingOptions): Uint8Array {
  checkFrames(frames);
  const { every, delay } = pace(options.stepsPerSecond);
  const shown = frames.filter(({ step, ending }) => ending || step % every === 0);
  const held = Math.max(0, Math.round(LAST_DELAY / delay) - 1);
  const drawings = shown.flatMap(({ drawing, ending }, index) => {
    const repeats = ending && index < shown.length - 1 ? held : 0;
    return Array.from({ length: 1 + repeats }, () => drawing);
  });
  return encodeGif(new Pictures(drawings, options), { delay, lastDelay: LAST_DELAY });
}

/**
 * A PNG file with 15 or 16 states of an episode side by side, evenly spread from the first to the
 * last.
 * @param frames at least one, see `framesOf`
 * @throws RangeError without frames, and for a width or height out of range.
 */
export function recordSheet(frames: readonly Frame[], options: RecordingOptions): Uint8Array {
  checkFrames(frames);
  const { left, right, bottom, top } = frames[0]!.drawing.view;
  const proportion = (right - left) / (top - bottom);
  const { columns, count } = SHEET_COLUMNS.find(({ above }) => proportion > above)!;
  const tiles = spread(frames.length, count).map((index) => {
    const { drawing, step } = frames[index]!;
    return { drawing, label: `step ${step}` };
  });
  const { width: tileWidth, theme } = options;
  return encodePng(contactSheet(tiles, { columns, tileWidth, theme }));
}
