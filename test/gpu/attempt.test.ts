/** An object that the device refuses is an error for one caller; the device keeps working. */
import { expect, test, vi } from 'vitest';
import { Arena, LimitError } from '../../src/gpu/arena';
import { attempt } from '../../src/gpu/attempt';
import { GpuError } from '../../src/gpu/device';
import { openTestGpu } from '../support/gpu';

const gpu = await openTestGpu();
const arena = (): Arena => new Arena(gpu, 'use less (size)');

test('what is created without an error is returned', async () => {
  const buffer = await attempt(gpu, arena(), () =>
    gpu.device.createBuffer({ size: 16, usage: GPUBufferUsage.STORAGE }),
  );
  expect(buffer.size).toBe(16);
  buffer.destroy();
});

test('a validation error is thrown, and the device keeps working', async () => {
  const usage = GPUBufferUsage.MAP_READ | GPUBufferUsage.STORAGE;
  const mistake = () => gpu.device.createBuffer({ label: 'mistake', size: 16, usage });
  const error = await attempt(gpu, arena(), mistake).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(GpuError);
  expect((error as GpuError).message).toContain('mistake');
  await gpu.idle();
  gpu.check();
});

test('an error that the caller throws is passed on, and no scope is left open', async () => {
  const refuse = () => {
    throw new RangeError('mine');
  };
  await expect(attempt(gpu, arena(), refuse)).rejects.toThrow(new RangeError('mine'));
  gpu.device.pushErrorScope('validation');
  expect(await gpu.device.popErrorScope()).toBeNull();
  await expect(gpu.device.popErrorScope()).rejects.toThrow();
});

test('out of memory is reported with the bytes that were needed and with the advice', async () => {
  const scopes = vi.spyOn(gpu.device, 'popErrorScope');
  scopes.mockResolvedValueOnce({ message: 'vkAllocateMemory' } as GPUError);
  const asked = arena();
  const allocate = () => {
    asked.declare('large', [1000]);
  };
  await expect(attempt(gpu, asked, allocate)).rejects.toThrow(
    new LimitError(
      `${gpu.adapter.name} does not have enough memory for the 4000 bytes needed: use less (size)`,
    ),
  );
  scopes.mockRestore();
  // The scope whose result was faked.
  await gpu.device.popErrorScope();
});
