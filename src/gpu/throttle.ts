/** Keeps the host from running far ahead of the device. */
import type { Gpu } from './device';

/**
 * Dispatches of a batch. After each batch the host waits for the previous one: drivers keep
 * submitted commands in memory, about 1.5 KB per dispatch on lavapipe.
 */
const BATCH_DISPATCHES = 2 ** 15;

export class Throttle {
  /** Milliseconds the host has waited so far. */
  waited = 0;
  private dispatches = 0;
  private earlier: Promise<void> = Promise.resolve();

  constructor(private readonly gpu: Gpu) {}

  /** Counts a submission; returns a promise if the host must wait before the next one. */
  submitted(dispatches: number): Promise<void> | undefined {
    this.dispatches += dispatches;
    if (this.dispatches < BATCH_DISPATCHES) return undefined;
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
