/** Moving pictures in a terminal: their lines, and the time between them. */
import { heightOf } from '../drawing/fit';
import { terminalFrame } from '../drawing/terminal-frame';
import type { Drawing } from '../environments/drawing';
import type { ScreenSize } from './screen';

/** A character is about twice as high as it is wide. */
const CHARACTER_HEIGHT = 2;
/** Most lines of a picture. */
const MOST_ROWS = 30;

/** The lines of a drawing, as many as its proportions need and the size allows. */
export function pictureLines(drawing: Drawing, size: ScreenSize, color: boolean): string[] {
  const { columns } = size;
  const wanted = Math.ceil(heightOf(drawing.view, columns) / CHARACTER_HEIGHT);
  const rows = Math.max(1, Math.min(wanted, size.rows, MOST_ROWS));
  return terminalFrame(drawing, { columns, rows, color });
}

/** The clock of the process. */
interface Clock {
  /** Milliseconds. */
  now(): number;
  /** Resolves after so many milliseconds. */
  pause(milliseconds: number): Promise<void>;
}

/** Waits so that pictures follow each other evenly, however long it takes to make them. */
export class Pacer {
  private due: number | undefined;

  constructor(private readonly clock: Clock) {}

  /**
   * Waits until so many milliseconds after the end of the wait before, or not at all if that time
   * has passed; the time lost is not made up.
   */
  async wait(milliseconds: number): Promise<void> {
    const now = this.clock.now();
    this.due = Math.max((this.due ?? now) + milliseconds, now);
    await this.clock.pause(this.due - now);
  }
}
