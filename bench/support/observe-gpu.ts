/**
 * Looks over the shoulder of a device: how much memory is asked for, and how long the host waits.
 */
import type { Gpu } from '../../src/gpu/device';

/** Runs `call` and adds up the sizes of all buffers that are created meanwhile, in bytes. */
export async function countBufferBytes<T>(
  { device }: Gpu,
  call: () => Promise<T>,
): Promise<{ readonly value: T; readonly bytes: number }> {
  const createBuffer = device.createBuffer;
  let bytes = 0;
  device.createBuffer = (descriptor) => {
    bytes += descriptor.size;
    return createBuffer.call(device, descriptor);
  };
  try {
    return { value: await call(), bytes };
  } finally {
    device.createBuffer = createBuffer;
  }
}

/**
 * Measures how long the host works and how long it waits for the device: whatever passes while no
 * promise of the device is awaited is encoding, submitting, reading reports and computing metrics.
 */
export class HostClock {
  private waiting = 0;
  private waitedMilliseconds = 0;
  private waitBegan = 0;
  private readonly wait: Gpu['wait'];

  constructor(private readonly gpu: Gpu) {
    this.wait = gpu.wait;
    gpu.wait = (promise) => this.watch(promise);
  }

  /** Runs `call`, with the milliseconds in which nothing was awaited meanwhile. */
  async during<T>(
    call: () => Promise<T>,
  ): Promise<{ readonly value: T; readonly milliseconds: number }> {
    const begin = performance.now();
    const before = this.waitedMilliseconds;
    const value = await call();
    const waited = this.waitedMilliseconds - before;
    return { value, milliseconds: performance.now() - begin - waited };
  }

  /** Gives the device back as it was. */
  restore(): void {
    this.gpu.wait = this.wait;
  }

  private async watch<T>(promise: Promise<T>): Promise<T> {
    if (this.waiting === 0) this.waitBegan = performance.now();
    this.waiting += 1;
    try {
      return (await this.wait.call(this.gpu, promise)) as T;
    } finally {
      this.waiting -= 1;
      if (this.waiting === 0) this.waitedMilliseconds += performance.now() - this.waitBegan;
    }
  }
}
