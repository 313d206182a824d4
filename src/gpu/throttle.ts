/** Keeps the host from running far ahead of the device. */
import type { Gpu } from './device';

/**
 * Dispatches after which the host waits until all but the last as many have run: a driver keeps what is
 * submitted in memory, about 1.5 KB a dispatch on lavapipe.
 */
const MOST_AHEAD = 2 ** 15;

export class Throttle {
  /** Milliseconds that the host has waited so far. */
  waited = 0;
  private dispatches = 0;
  private earlier: Promise<void> = Promise.resolve();

  constructor(private readonly gpu: Gpu) {}

  /** Counts a submission; returns what to await before the next one, where there is anything. */
  submitted(dispatches: number): Promise<void> | undefined {
    this.dispatches += dispatches;
    if (this.dispatches < MOST_AHEAD) return undefined;
    this.dispatches = 0;
    const { earlier } = this;
    this.earlier = this.gpu.idle();
    // A device that fails is reported by whoever awaits the next result.
    this.earlier.catch(() => {});
    return this.wait(earlier);
  }

  private async wait(earlier: Promise<void>): Promise<void> {
    const begin = performance.now();
    await earlier;
    this.waited += performance.now() - begin;
  }
}
