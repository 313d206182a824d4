/** Tensors of floats in half precision: kernels read and write them through a module of shaders/lib/stored. */
import { ConfigError } from '../config/config-error';
import type { FloatType, Tensor } from '../gpu/arena';
import type { Gpu } from '../gpu/device';

/** The module for a tensor, under an alias of the kernel's. */
export function storedAs({ type }: Pick<Tensor, 'type'>): string {
  return `lib/stored/${type}`;
}

/** @throws ConfigError where the device has no half precision. */
export function checkStorage({ device, adapter }: Gpu, storage: FloatType): void {
  if (storage === 'f32' || device.features.has('shader-f16')) return;
  throw new ConfigError([
    `storage is f16, but ${adapter.name} has no shader-f16; here it must be f32`,
  ]);
}
