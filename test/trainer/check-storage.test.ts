import { expect, test } from 'vitest';
import type { Gpu } from '../../src/gpu/device';
import { checkStorage } from '../../src/trainer/check-storage';

test('a device without half precision is refused', () => {
  const gpu = { adapter: { name: 'an adapter' } };
  const without = { device: { features: new Set() }, adapter: gpu.adapter } as unknown as Gpu;
  expect(() => checkStorage(without, 'f32')).not.toThrow();
  expect(() => checkStorage(without, 'f16')).toThrow(
    `storage is f16, but ${gpu.adapter.name} has no shader-f16; here it must be f32`,
  );
});
