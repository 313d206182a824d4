/** Loads Dawn from the npm package `webgpu`, which is an optional peer dependency. */
import type { create, globals } from 'webgpu';
import { GpuError } from '../gpu/device';

/** What the package exports. */
export interface Dawn {
  readonly create: typeof create;
  /** WebGPU's classes and constants, e.g. `GPUBufferUsage`. */
  readonly globals: typeof globals;
}

/** The version that errors recommend. */
export const RECOMMENDED = 'webgpu@0.6.2';

const isMissing = (error: unknown): boolean =>
  (error as Partial<NodeJS.ErrnoException>).code === 'ERR_MODULE_NOT_FOUND';

/** @throws GpuError if the package is not installed or cannot be loaded on this platform. */
export async function loadDawn(load = (): Promise<Dawn> => import('webgpu')): Promise<Dawn> {
  try {
    return await load();
  } catch (error) {
    const { platform, arch } = process;
    const message = isMissing(error)
      ? `is not installed: npm install ${RECOMMENDED}`
      : `cannot be loaded on ${platform}-${arch}: ${(error as Error).message}`;
    throw new GpuError(`the package webgpu, through which Node uses GPUs, ${message}`, {
      cause: error,
    });
  }
}
