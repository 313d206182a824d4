/** Lets iterations through: all of them, one at a time, or none. */
import type { Pace } from '../messages';

export class Gate {
  private pace: Pace = 'train';
  private waiting: (() => void)[] = [];

  /** Whether training pauses. */
  get isClosed(): boolean {
    return this.pace === 'pause';
  }

  set(pace: Pace): void {
    this.pace = pace;
    this.knock();
  }

  /** Must be called after each iteration; a single one closes the gate behind it. */
  passed(): void {
    if (this.pace === 'step') this.pace = 'pause';
  }

  /** Lets whoever waits check again, whether it is open or not. */
  knock(): void {
    const { waiting } = this;
    this.waiting = [];
    for (const resolve of waiting) resolve();
  }

  /** Resolves at the next change. */
  changed(): Promise<void> {
    return new Promise((resolve) => this.waiting.push(resolve));
  }
}
