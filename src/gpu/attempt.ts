/** Objects of the device that it may refuse, without an end to the device for everyone else. */
import { type Arena, LimitError } from './arena';
import { type Gpu, GpuError } from './device';

/**
 * Calls `create` and awaits what the device says of it.
 * @param arena that is allocated within
 * @throws LimitError when the device has not enough memory for the arena, GpuError for anything else that
 * it reports, or what `create` throws.
 */
export async function attempt<T>(gpu: Gpu, arena: Arena, create: () => T): Promise<T> {
  const { device, adapter } = gpu;
  device.pushErrorScope('validation');
  device.pushErrorScope('out-of-memory');
  let scopes: readonly Promise<GPUError | null>[] = [];
  let created: T;
  try {
    created = create();
  } finally {
    scopes = [device.popErrorScope(), device.popErrorScope()];
    for (const scope of scopes) scope.catch(() => {});
  }
  const [memory, mistake] = await gpu.wait(Promise.all(scopes));
  if (memory) {
    throw new LimitError(
      `${adapter.name} has not enough memory for the ${arena.bytes} bytes that are needed: ${arena.advice}`,
    );
  }
  if (mistake) throw new GpuError(`${mistake.message} [adapter: ${adapter.name}]`);
  return created;
}
