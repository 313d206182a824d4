/** What the device refuses, it refuses to one caller, and goes on for all others. */
import { expect, test, vi } from 'vitest';
import { Arena, LimitError } from '../../src/gpu/arena';
import { attempt } from '../../src/gpu/attempt';
import { GpuError } from '../../src/gpu/device';
import { openTestGpu } from '../support/gpu';

const gpu = await openTestGpu();
const arena = (): Arena => new Arena(gpu, 'use less (size)');

test('what is created without complaint is returned', async () => {
  const buffer = await attempt(gpu, arena(), () =>
    gpu.device.createBuffer({ size: 16, usage: GPUBufferUsage.STORAGE }),
  );
  expect(buffer.size).toBe(16);
  buffer.destroy();
});

test('a mistake is thrown, and the device goes on', async () => {
  const usage = GPUBufferUsage.MAP_READ | GPUBufferUsage.STORAGE;
  const mistake = () => gpu.device.createBuffer({ label: 'mistake', size: 16, usage });
  const error = await attempt(gpu, arena(), mistake).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(GpuError);
  expect((error as GpuError).message).toContain('mistake');
  await gpu.idle();
  gpu.check();
});

test('an error of the caller is its own, and leaves no scope behind', async () => {
  const refuse = () => {
    throw new RangeError('mine');
  };
  await expect(attempt(gpu, arena(), refuse)).rejects.toThrow(new RangeError('mine'));
  gpu.device.pushErrorScope('validation');
  expect(await gpu.device.popErrorScope()).toBeNull();
  await expect(gpu.device.popErrorScope()).rejects.toThrow();
});

test('memory that runs out is told with the bytes that were asked for, and what to do', async () => {
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
  // The scope whose result was made up.
  await gpu.device.popErrorScope();
});
