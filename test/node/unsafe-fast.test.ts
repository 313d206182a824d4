/** A device without checks: that they are gone, and that training does not need them. */
import { afterAll, expect, test } from 'vitest';
import { cartpole } from '../../src/environments/cartpole';
import type { Gpu } from '../../src/gpu/device';
import { requestNodeGpu } from '../../src/node/dawn';
import { createTrainer } from '../../src/trainer/create-trainer';
import { SMALL } from '../trainer/training';

const safe = await requestNodeGpu();
const unsafe = await requestNodeGpu({ unsafeFast: true });
afterAll(() => {
  for (const gpu of [safe, unsafe]) gpu.destroy();
});

test('a device has its checks unless they are left out', () => {
  expect(safe.unsafeFast).toBe(false);
  expect(unsafe.unsafeFast).toBe(true);
  expect(unsafe.adapter).toEqual(safe.adapter);
});

async function trained(gpu: Gpu): Promise<Float32Array> {
  const trainer = await createTrainer({ gpu, environment: cartpole, config: SMALL });
  for await (const _ of trainer);
  const parameters = await trainer.parameters();
  trainer.destroy();
  return parameters;
}

test('training gives the same bytes with and without', async () => {
  expect(await trained(unsafe)).toEqual(await trained(safe));
});

test('what validation refuses, a device without it accepts', async () => {
  // A combination that the drivers themselves have nothing against.
  const usage = GPUBufferUsage.MAP_READ | GPUBufferUsage.STORAGE;
  for (const gpu of [unsafe, safe]) gpu.device.createBuffer({ size: 16, usage }).destroy();
  await unsafe.idle();
  await expect(safe.idle()).rejects.toThrow('usage');
});
