/** Creates objects that the device may refuse, without failing the device for everyone else. */
import { type Arena, LimitError } from './arena';
import { type Gpu, GpuError } from './device';

/**
 * Calls `create` within error scopes and awaits them.
 * @param arena the arena that `create` allocates
 * @throws LimitError if the device has not enough memory for the arena, GpuError for any other
 * error that it reports, or what `create` throws.
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
  const [memoryError, validationError] = await gpu.wait(Promise.all(scopes));
  if (memoryError) {
    throw new LimitError(
      `${adapter.name} does not have enough memory for the ${arena.bytes} bytes needed: ` +
        arena.advice,
    );
  }
  if (validationError) {
    throw new GpuError(`${validationError.message} [adapter: ${adapter.name}]`);
  }
  return created;
}
