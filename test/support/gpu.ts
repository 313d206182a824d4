import { afterAll } from 'vitest';
import type { Gpu } from '../../src/gpu/device';
import { requestNodeGpu } from '../../src/node/dawn';

let shared: Promise<Gpu> | undefined;

/**
 * The only device of this test file; destroyed at its end. LOCKSTEP_ADAPTER chooses the adapter.
 */
export function openTestGpu(): Promise<Gpu> {
  shared ??= requestNodeGpu();
  return shared;
}

/** The same device, treated as hardware when kernels and sizes are chosen. */
export function asHardware(gpu: Gpu): Gpu {
  const adapter = { ...gpu.adapter, hardware: true };
  return Object.create(gpu, { adapter: { value: adapter } }) as Gpu;
}

afterAll(async () => {
  const opened = shared;
  shared = undefined;
  (await opened?.catch(() => undefined))?.destroy();
});
