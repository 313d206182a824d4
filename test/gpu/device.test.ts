import { afterEach, describe, expect, test, vi } from 'vitest';
import type { AdapterDescription } from '../../src/gpu/adapter';
import { Gpu, GpuError } from '../../src/gpu/device';
import { requestNodeGpu } from '../../src/node/dawn';

const opened: Gpu[] = [];

const adapterNamed = (name: string): AdapterDescription => ({
  ...{ name, vendor: '', architecture: '', kind: 'unknown', hardware: true },
});

/** A device that a test can break. */
async function openOwn(): Promise<Gpu> {
  const gpu = await requestNodeGpu();
  opened.push(gpu);
  return gpu;
}

afterEach(() => {
  for (const gpu of opened.splice(0)) gpu.destroy();
});

/** A buffer that can be mapped for reading must not be a storage buffer as well. */
function makeMistake({ device }: Gpu): void {
  device.createBuffer({
    label: 'mistake',
    size: 16,
    usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.STORAGE,
  });
}

describe('an uncaptured error', () => {
  test('is thrown by the next wait, with the message of the device and the adapter', async () => {
    const gpu = await openOwn();
    await gpu.idle();
    makeMistake(gpu);
    const error = await gpu.idle().catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(GpuError);
    const { message } = error as GpuError;
    expect(message).toMatch(/^the device reported an error: /);
    expect(message).toContain('mistake');
    expect(message).toContain(`[adapter: ${gpu.adapter.name}]`);
  });

  test('stays the error of every later wait and check', async () => {
    const gpu = await openOwn();
    makeMistake(gpu);
    await expect(gpu.idle()).rejects.toThrow('mistake');
    await expect(gpu.wait(Promise.resolve(1))).rejects.toThrow('mistake');
    expect(() => gpu.check()).toThrow('mistake');
  });
});

describe('a lost device', () => {
  test('is thrown by the next wait', async () => {
    const gpu = await openOwn();
    gpu.device.destroy();
    const error = await gpu.idle().catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(GpuError);
    expect((error as GpuError).message).toMatch(/^the device was lost \(destroyed\): /);
  });

  // Chromium rejects a mapping first, in words of its own.
  test('is what failed work throws, also where the news comes later', async () => {
    let lose = (_: unknown): void => {};
    const lost = new Promise((resolve) => {
      lose = resolve;
    });
    const device = { addEventListener: () => {}, lost } as unknown as GPUDevice;
    const gpu = Gpu.of(device, adapterNamed('gone'), {});
    setTimeout(() => lose({ reason: 'unknown', message: 'unplugged' }), 500);
    const mapping = Promise.reject(new Error('Buffer was unmapped'));
    const message = 'the device was lost (unknown): unplugged [adapter: gone]';
    await expect(gpu.wait(mapping)).rejects.toThrow(new GpuError(message));
  });

  test('is reported as closed if it was destroyed on purpose', async () => {
    const gpu = await openOwn();
    gpu.destroy();
    await gpu.device.lost;
    const closed = `the device was closed (Gpu.destroy) [adapter: ${gpu.adapter.name}]`;
    expect(() => gpu.check()).toThrow(new GpuError(closed));
    await expect(gpu.idle()).rejects.toThrow(new GpuError(closed));
    gpu.destroy();
    expect(() => gpu.check()).toThrow(new GpuError(closed));
  });

  test('keeps the reason of its loss when it is closed', async () => {
    const gpu = await openOwn();
    gpu.device.destroy();
    await expect(gpu.idle()).rejects.toThrow('was lost');
    gpu.destroy();
    expect(() => gpu.check()).toThrow('was lost');
  });
});

describe('a closed device', () => {
  const adapter = adapterNamed('closing');

  /** A device that counts calls of native code. */
  function countCalls() {
    const calls = { destroy: 0, info: 0 };
    let lose = (_: unknown) => {};
    const lost = new Promise((resolve) => {
      lose = resolve;
    });
    const info = {
      get message() {
        calls.info += 1;
        return '';
      },
    };
    const destroy = () => {
      calls.destroy += 1;
      lose(info);
    };
    const device = { addEventListener: () => {}, lost, destroy } as unknown as GPUDevice;
    return { calls, device };
  }

  // A call in a worker thread that is being terminated aborts the whole process.
  test('calls no native code once `destroy` has returned, also for its helpers', async () => {
    const [own, helper] = [countCalls(), countCalls()];
    const openHelpers = async () => [Gpu.of(helper.device, adapter, {})];
    const gpu = Gpu.of(own.device, adapter, { openHelpers });
    await gpu.helpers();
    gpu.destroy();
    expect([own.calls, helper.calls]).toEqual([
      { destroy: 1, info: 0 },
      { destroy: 1, info: 0 },
    ]);
    await new Promise((done) => setTimeout(done));
    expect([own.calls, helper.calls]).toEqual([
      { destroy: 1, info: 0 },
      { destroy: 1, info: 0 },
    ]);
  });

  test('closes helpers that are opened too late', async () => {
    const [own, helper] = [countCalls(), countCalls()];
    const openHelpers = async () => [Gpu.of(helper.device, adapter, {})];
    const gpu = Gpu.of(own.device, adapter, { openHelpers });
    const opening = gpu.helpers();
    gpu.destroy();
    await opening;
    expect(helper.calls.destroy).toBe(1);
  });
});

describe('an abandoned device', () => {
  const events = { addEventListener: () => {}, lost: new Promise(() => {}) };
  const adapter = adapterNamed('slow');

  test('is not destroyed, which would wait for its work, and says why it cannot be used', () => {
    const destroy = vi.fn();
    const gpu = Gpu.of({ ...events, destroy } as unknown as GPUDevice, adapter, {});
    const error = gpu.abandon('step does not end');
    expect(error).toEqual(new GpuError('step does not end [adapter: slow]'));
    gpu.destroy();
    expect(destroy).not.toHaveBeenCalled();
    expect(() => gpu.check()).toThrow(error);
  });
});

test('a promise of a working device passes through', async () => {
  const gpu = await openOwn();
  expect(await gpu.wait(Promise.resolve(7))).toBe(7);
  await expect(gpu.wait(Promise.reject(new Error('no')))).rejects.toThrow('no');
});

test.each([
  ['llvmpipe', true],
  ['NVIDIA H200', false],
  [undefined, false],
])('programs of the device %s are compiled for the CPU: %s', (name, slow) => {
  const words = { vendor: '', architecture: '', device: '', description: name };
  const adapterInfo = name === undefined ? undefined : { ...words, isFallbackAdapter: false };
  const events = { addEventListener: () => {}, lost: new Promise(() => {}) };
  const device = { ...events, adapterInfo } as unknown as GPUDevice;
  expect(Gpu.of(device, adapterNamed(''), {}).compilesForProcessor).toBe(slow);
});
