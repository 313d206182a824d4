/** Opens a device for the length of one command. */

import { type AdapterDescription, type Gpu, GpuError } from '../gpu/device';

/** The part of a device that the commands use themselves. */
export type OpenGpu = Pick<Gpu, 'destroy'> & { readonly adapter: AdapterDescription };

export interface DeviceServices<G extends OpenGpu> {
  /** @throws GpuError when there is no adapter, or none that fits. */
  openGpu(adapter: string | undefined): Promise<G>;
}

/** There is no adapter, or none that fits; the process exits with 2. */
export class NoAdapterError extends Error {
  override readonly name = 'NoAdapterError';
}

/** Calls `use` with an open device and closes it, whatever happens. */
export async function withGpu<G extends OpenGpu, T>(
  services: DeviceServices<G>,
  adapter: string | undefined,
  use: (gpu: G) => Promise<T>,
): Promise<T> {
  const gpu = await openGpu(services, adapter);
  try {
    return await use(gpu);
  } finally {
    gpu.destroy();
  }
}

async function openGpu<G extends OpenGpu>(
  services: DeviceServices<G>,
  adapter: string | undefined,
): Promise<G> {
  try {
    return await services.openGpu(adapter);
  } catch (error) {
    if (!(error instanceof GpuError)) throw error;
    throw new NoAdapterError(error.message, { cause: error });
  }
}
