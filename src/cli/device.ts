/** Opens a device for the length of one command. */

import type { AdapterDescription } from '../gpu/adapter';
import { type Gpu, GpuError } from '../gpu/device';

/** The part of a device that the commands use themselves. */
export type OpenGpu = Pick<Gpu, 'destroy' | 'unsafeFast' | 'matrixUnits'> & {
  readonly adapter: AdapterDescription;
};

/** Which device, and how. */
export interface DeviceWish {
  readonly adapter: string | undefined;
  readonly unsafeFast: boolean;
  readonly matrixUnits: boolean;
}

export interface DeviceServices<G extends OpenGpu> {
  /** @throws GpuError when there is no adapter, or none that fits. */
  openGpu(wish: DeviceWish): Promise<G>;
}

/** There is no adapter, or none that fits; the process exits with 2. */
export class NoAdapterError extends Error {
  override readonly name = 'NoAdapterError';
}

/** Calls `use` with an open device and closes it, whatever happens. */
export async function withGpu<G extends OpenGpu, T>(
  services: DeviceServices<G>,
  wish: DeviceWish,
  use: (gpu: G) => Promise<T>,
): Promise<T> {
  const gpu = await openGpu(services, wish);
  try {
    return await use(gpu);
  } finally {
    gpu.destroy();
  }
}

async function openGpu<G extends OpenGpu>(
  services: DeviceServices<G>,
  wish: DeviceWish,
): Promise<G> {
  try {
    return await services.openGpu(wish);
  } catch (error) {
    if (!(error instanceof GpuError)) throw error;
    throw new NoAdapterError(error.message, { cause: error });
  }
}
