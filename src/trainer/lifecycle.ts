/** The life of a trainer: it can be used until it is destroyed, and by one loop at a time. */
import type { Gpu } from '../gpu/device';

/** A trainer was used after `destroy`, or by a second loop at the same time. */
export class TrainerError extends Error {
  override readonly name = 'TrainerError';
}

export class Lifecycle {
  private destroyed = false;
  private iterating = false;

  constructor(private readonly gpu: Gpu) {}

  /**
   * Must be called before anything is submitted; what is refused here does not reach the device.
   * @throws TrainerError after `end`, GpuError when the device cannot be used.
   */
  check(): void {
    if (this.destroyed) throw new TrainerError('the trainer is destroyed; create another one');
    this.gpu.check();
  }

  /**
   * Awaits a result of the device. If the trainer was destroyed meanwhile, the error says so.
   * @throws as `check`, or what the promise rejects with.
   */
  async outlive<T>(result: Promise<T>): Promise<T> {
    try {
      return await result;
    } finally {
      this.check();
    }
  }

  /**
   * Begins what must not run twice at a time: a loop, or writing the state.
   * @returns a function that ends it
   * @throws TrainerError when a loop has not ended.
   */
  beginLoop(): () => void {
    this.check();
    if (this.iterating) {
      throw new TrainerError(
        'the trainer is already being iterated; leave the loop first (break, or return() of its ' +
          'iterator)',
      );
    }
    this.iterating = true;
    return () => {
      this.iterating = false;
    };
  }

  /** @returns whether this is the first call */
  end(): boolean {
    const first = !this.destroyed;
    this.destroyed = true;
    return first;
  }
}
