import { ConfigError } from '../config/config-error';
import type { FloatType } from '../gpu/arena';
import type { Gpu } from '../gpu/device';

/** @throws ConfigError where the device has no half precision. */
export function checkStorage({ device, adapter }: Gpu, storage: FloatType): void {
  if (storage === 'f32' || device.features.has('shader-f16')) return;
  throw new ConfigError([
    `storage is f16, but ${adapter.name} has no shader-f16; here it must be f32`,
  ]);
}
