import { afterAll } from 'vitest';
import type { Gpu } from '../../src/gpu/device';
import { requestNodeGpu } from '../../src/node/dawn';

let shared: Promise<Gpu> | undefined;

/** The one device of this test file; destroyed when the file ends. LOCKSTEP_ADAPTER chooses. */
export function openTestGpu(): Promise<Gpu> {
  shared ??= requestNodeGpu();
  return shared;
}

/** The same device, for which sizes, shapes and kernels are chosen as on a GPU. */
export function asHardware(gpu: Gpu): Gpu {
  const adapter = { ...gpu.adapter, hardware: true };
  return Object.create(gpu, { adapter: { value: adapter } }) as Gpu;
}

afterAll(async () => {
  const opened = shared;
  shared = undefined;
  (await opened?.catch(() => undefined))?.destroy();
});
