/** Work that does not end, on a fake clock. */
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Gpu } from '../../src/gpu/device';
import { GpuError } from '../../src/gpu/device';
import { KernelLibrary, read, write } from '../../src/gpu/kernel';
import { recordCommands } from '../../src/gpu/stage';
import { compileOnly, FirstWork, withPatience } from '../../src/gpu/stall';
import scale from '../shaders/scale.wesl';
import { asHardware } from '../support/gpu';
import { floats, openRuntime, readFloats } from '../support/run-dispatches';

const MESSAGE = 'step may loop without end, for 8 s';
const PATIENCE = {
  milliseconds: 8000,
  message: (seconds: number) => `step may loop without end, for ${seconds} s`,
};

/** A device whose work ends when the test says so. */
function fakeGpu() {
  const abandon = vi.fn((message: string) => new GpuError(message));
  const ends: (() => void)[] = [];
  const idle = () => new Promise<void>((resolve) => ends.push(resolve));
  const adapter = { hardware: true };
  return { abandon, ends, gpu: { abandon, idle, adapter } as unknown as Gpu };
}

describe('a promise of the device', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  const never = new Promise<never>(() => {});

  test('that resolves in time gives its result, and leaves no timer', async () => {
    const { gpu, abandon } = fakeGpu();
    const late = new Promise((resolve) => setTimeout(resolve, 7900, 'done'));
    const result = withPatience(gpu, late, PATIENCE);
    await vi.advanceTimersByTimeAsync(7900);
    expect(await result).toBe('done');
    await expect(withPatience(gpu, Promise.reject(new Error('lost')), PATIENCE)).rejects.toThrow(
      'lost',
    );
    expect(vi.getTimerCount()).toBe(0);
    expect(abandon).not.toHaveBeenCalled();
  });

  test('that may take longer than any timer is not given up at once', async () => {
    vi.useRealTimers();
    const { gpu, abandon } = fakeGpu();
    const later = new Promise((resolve) => setTimeout(resolve, 100, 'done'));
    const patience = { ...PATIENCE, milliseconds: Number.MAX_SAFE_INTEGER };
    expect(await withPatience(gpu, later, patience)).toBe('done');
    expect(abandon).not.toHaveBeenCalled();
  });

  test('that does not resolve gives up the device, with the message', async () => {
    const { gpu, abandon } = fakeGpu();
    const result = withPatience(gpu, never, PATIENCE);
    const rejected = expect(result).rejects.toThrow(new GpuError(MESSAGE));
    await vi.advanceTimersByTimeAsync(7999);
    expect(abandon).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(1);
    await rejected;
    expect(abandon).toHaveBeenCalledExactlyOnceWith(MESSAGE);
  });

  test('is given up after eight ticks, of which a suspended host misses one', async () => {
    const { gpu, abandon } = fakeGpu();
    const timers = vi.spyOn(globalThis, 'setTimeout');
    const rejected = expect(withPatience(gpu, never, PATIENCE)).rejects.toThrow(MESSAGE);
    // However late it is called, each tick is one, and the next begins only then.
    for (let tick = 1; tick <= 8; tick++) {
      expect(timers.mock.calls.length).toBe(tick);
      expect(abandon).not.toHaveBeenCalled();
      const [call, milliseconds] = timers.mock.lastCall! as [() => void, number];
      expect(milliseconds).toBe(1000);
      call();
    }
    await rejected;
    timers.mockRestore();
  });

  test('may take for ever without a limit', async () => {
    const { gpu } = fakeGpu();
    void withPatience(gpu, never, { ...PATIENCE, milliseconds: Number.POSITIVE_INFINITY });
    expect(vi.getTimerCount()).toBe(0);
  });

  test('does not count compilation, which may take for ever', async () => {
    const { gpu, ends, abandon } = fakeGpu();
    const work = new FirstWork(gpu, PATIENCE);
    work.compile([]);
    work.end();
    const settled = expect(work.settled()).rejects.toThrow(MESSAGE);
    await vi.advanceTimersByTimeAsync(600_000);
    expect(abandon).not.toHaveBeenCalled();
    ends[0]!();
    await vi.advanceTimersByTimeAsync(8000);
    await settled;
  });

  test('is not awaited any longer than the work takes', async () => {
    const { gpu, ends, abandon } = fakeGpu();
    const work = new FirstWork(gpu, PATIENCE);
    work.compile([]);
    work.end();
    const settled = work.settled();
    for (const end of ends) end();
    await settled;
    expect(vi.getTimerCount()).toBe(0);
    expect(abandon).not.toHaveBeenCalled();
  });
});

describe('commands that are only compiled', () => {
  const recordScale = async () => {
    const runtime = await openRuntime({ 'test/scale': scale });
    const kernels = new KernelLibrary(runtime.gpu, async () => ({ 'test/scale': scale }));
    const output = floats(runtime, [1], [5]);
    const dispatch = kernels.kernel({ shader: 'test/scale', constants: { FACTOR: 2 } }).dispatch({
      shape: { count: 1, addend: 0, target_index: 0 },
      tensors: { input: read(floats(runtime, [1], [3])), output: write(output) },
      workgroups: [1, 1, 1],
    });
    await kernels.compiled();
    return {
      runtime,
      output,
      commands: recordCommands([{ name: 'scale', dispatches: [dispatch] }]),
    };
  };

  test('change nothing, and the device reports no error', async () => {
    const { runtime, output, commands } = await recordScale();
    compileOnly(runtime.gpu, [...commands, ...commands]);
    await runtime.gpu.idle();
    expect(await readFloats(runtime, output)).toEqual([5]);
  });

  test('are each submitted once, and only on software adapters', async () => {
    const { runtime, commands } = await recordScale();
    const software = Object.create(runtime.gpu, {
      adapter: { value: { ...runtime.gpu.adapter, hardware: false } },
    }) as Gpu;
    // Not the global class: an adapter may come from another copy of Dawn.
    const pass = runtime.gpu.device.createCommandEncoder().beginComputePass();
    const prototype = Object.getPrototypeOf(pass) as GPUComputePassEncoder;
    const dispatches = vi.spyOn(prototype, 'dispatchWorkgroupsIndirect');
    compileOnly(asHardware(runtime.gpu), commands);
    expect(dispatches).not.toHaveBeenCalled();
    compileOnly(software, [...commands, ...commands]);
    expect(dispatches).toHaveBeenCalledOnce();
    dispatches.mockRestore();
    await runtime.gpu.idle();
  });
});
