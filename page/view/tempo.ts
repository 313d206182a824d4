/** When the next step is shown: evenly, though steps come from the device a few at a time. */

/** Milliseconds of the slowest tempo. */
const SLOWEST = 400;
/** How fast the tempo follows the device: down, and back up. */
const SLOWER = 0.25;
const FASTER = 0.04;
/** Milliseconds; waits up to this long do not count. */
const NEGLIGIBLE = 2;
/** Drawing may take a tenth of the time. */
const TIMES_DRAWING = 9;

export class Tempo {
  private interval: number;
  private due = 0;
  private mayDrawAt = 0;

  /** @param wanted milliseconds of a step */
  constructor(private wanted: number) {
    this.interval = wanted;
  }

  /** Changes the milliseconds of a step. */
  change(wanted: number): void {
    this.wanted = wanted;
    this.interval = wanted;
    this.due = 0;
  }

  /** @param milliseconds for which the device kept a step waiting */
  waited(milliseconds: number): void {
    const aim = milliseconds > NEGLIGIBLE ? this.interval + milliseconds : this.wanted;
    const part = aim > this.interval ? SLOWER : FASTER;
    const next = this.interval + part * (aim - this.interval);
    this.interval = Math.min(Math.max(next, this.wanted), Math.max(SLOWEST, this.wanted));
  }

  /** Whether the next step is due at a time; it counts as shown then. */
  isDue(now: number): boolean {
    if (now < this.due) return false;
    // Behind by more than a step, nothing is made up for.
    this.due = Math.max(this.due + this.interval, now - this.interval);
    return true;
  }

  mayDraw(now: number): boolean {
    return now >= this.mayDrawAt;
  }

  drew(begin: number, end: number): void {
    this.mayDrawAt = end + TIMES_DRAWING * (end - begin);
  }
}
