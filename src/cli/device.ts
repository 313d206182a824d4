/** Opens a device for the duration of one command. */

import type { AdapterDescription } from '../gpu/adapter';
import { type Gpu, GpuError } from '../gpu/device';
import type { Output } from './terminal';

/** The part of a device that commands use directly. */
export type OpenGpu = Pick<Gpu, 'destroy' | 'unsafeFast' | 'matrixUnits'> & {
  readonly adapter: AdapterDescription;
};

/** Which device to open, and how. */
export interface DeviceRequest {
  readonly adapter: string | undefined;
  readonly unsafeFast: boolean;
  readonly matrixUnits: boolean;
}

export interface DeviceServices<G extends OpenGpu> {
  /** @throws GpuError if there is no adapter, or none that matches. */
  openGpu(request: DeviceRequest): Promise<G>;
  /** Warnings about the adapter in use, one sentence each. */
  adapterWarnings(adapter: AdapterDescription): Promise<readonly string[]>;
}

/** There is no adapter, or none that matches; the process exits with 2. */
export class NoAdapterError extends Error {
  override readonly name = 'NoAdapterError';
}

/** Tells the user which adapter runs. */
export interface Announcement<G extends OpenGpu> {
  /** Gets the warnings about the adapter. */
  readonly stderr: Output;
  /** Names the adapter; called before the warnings. */
  announce(gpu: G): void;
}

/**
 * Tells the user which adapter runs, calls `use` with an open device and closes it afterwards, also
 * after an error.
 * @param announcement undefined where the command's output says all that by itself
 */
export async function withGpu<G extends OpenGpu, T>(
  services: DeviceServices<G>,
  request: DeviceRequest,
  announcement: Announcement<G> | undefined,
  use: (gpu: G) => Promise<T>,
): Promise<T> {
  const gpu = await openGpu(services, request);
  try {
    if (announcement) await tell(services, gpu, announcement);
    return await use(gpu);
  } finally {
    gpu.destroy();
  }
}

async function tell<G extends OpenGpu>(
  services: DeviceServices<G>,
  gpu: G,
  { stderr, announce }: Announcement<G>,
): Promise<void> {
  announce(gpu);
  for (const warning of await services.adapterWarnings(gpu.adapter)) {
    stderr.write(`warning: ${warning}\n`);
  }
}

async function openGpu<G extends OpenGpu>(
  services: DeviceServices<G>,
  request: DeviceRequest,
): Promise<G> {
  try {
    return await services.openGpu(request);
  } catch (error) {
    if (!(error instanceof GpuError)) throw error;
    throw new NoAdapterError(error.message, { cause: error });
  }
}
