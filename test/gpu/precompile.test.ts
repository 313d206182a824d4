import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { globals } from 'webgpu';
import { cartpole } from '../../src/environments/cartpole';
import type { Gpu } from '../../src/gpu/device';
import { KernelLibrary } from '../../src/gpu/kernel';
import { type PortableKernel, precompile } from '../../src/gpu/precompile';
import { firstDispatches } from '../../src/gpu/stage';
import { assembleTrainer } from '../../src/trainer/create-trainer';
import { openTestGpu } from '../support/gpu';
import { SHADER_SOURCES } from '../support/shader-sources';
import { SMALL } from '../trainer/training';

Object.assign(globalThis, globals);

const kernel = (name: string): PortableKernel => ({ name, code: '', entries: [] });
const KERNELS = ['first', 'second', 'third', 'fourth'].map(kernel);

describe('kernels', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  /** Names of the kernels compiled so far, in order. */
  let compiled: string[] = [];
  beforeEach(() => {
    compiled = [];
  });

  /** A helper whose driver takes this many milliseconds per kernel. */
  function helper(times: Record<string, number>): Gpu {
    const pass = {
      setPipeline: () => {},
      setBindGroup: () => {},
      dispatchWorkgroupsIndirect: () => {},
      end: () => {},
    };
    const encoder = { beginComputePass: () => pass, finish: () => {} };
    const device = {
      createBuffer: () => ({ destroy: () => {} }),
      createBindGroupLayout: () => {},
      createPipelineLayout: () => {},
      createShaderModule: () => {},
      createBindGroup: () => {},
      createCommandEncoder: () => encoder,
      createComputePipelineAsync: async ({ label }: { label: string }) => compiled.push(label),
      queue: { submit: () => {} },
    };
    const idle = () =>
      new Promise((done) => setTimeout(done, times[compiled.at(-1)!] ?? times.others));
    return { device, wait: (promise: unknown) => promise, idle } as unknown as Gpu;
  }

  const helped = (...helpers: Gpu[]): Gpu => ({ helpers: async () => helpers }) as unknown as Gpu;

  test('are compiled from the last to the first, until the run ends', async () => {
    const precompiler = precompile(helped(helper({ others: 1000 })), KERNELS);
    await vi.advanceTimersByTimeAsync(2500);
    expect(compiled).toEqual(['fourth', 'third', 'second']);
    const ended = vi.fn();
    const end = precompiler.end().then(ended);
    await vi.advanceTimersByTimeAsync(100);
    expect(ended).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(1000);
    await end;
    expect(compiled.length).toBe(3);
  });

  test('start with the longest of the second half', async () => {
    const codes = { first: '// longest of all', third: '// longer' } as Record<string, string>;
    const kernels = KERNELS.map((kernel) => ({ ...kernel, code: codes[kernel.name] ?? '' }));
    const precompiler = precompile(helped(helper({ others: 1000 })), kernels);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(compiled).toEqual(['third', 'fourth', 'second', 'first']);
    await precompiler.end();
  });

  test('that are long come first, from the last to the first', async () => {
    const lengths = { a: 99, b: 1, c: 1, d: 40, e: 20, f: 19 };
    const kernels = Object.entries(lengths).map(([name, length]) => ({
      ...kernel(name),
      code: ' '.repeat(length),
    }));
    const precompiler = precompile(helped(helper({ others: 1000 })), kernels);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(compiled).toEqual(['e', 'd', 'f', 'c', 'b', 'a']);
    await precompiler.end();
  });

  test('are shared among helpers', async () => {
    const precompiler = precompile(helped(...[1, 2].map(() => helper({ others: 1000 }))), KERNELS);
    await vi.advanceTimersByTimeAsync(500);
    expect(compiled).toEqual(['fourth', 'third']);
    await vi.advanceTimersByTimeAsync(5000);
    await precompiler.end();
    expect(compiled.toSorted()).toEqual(KERNELS.map(({ name }) => name).toSorted());
  });

  test('that are cached are left to the run, and all before them', async () => {
    const precompiler = precompile(helped(helper({ third: 5, others: 1000 })), KERNELS);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(compiled).toEqual(['fourth', 'third']);
    await precompiler.end();
  });

  test('of a run that ends at once are not touched, nor is a helper opened', async () => {
    const helpers = vi.fn();
    const precompiler = precompile({ helpers } as unknown as Gpu, KERNELS);
    await vi.advanceTimersByTimeAsync(50);
    await precompiler.end();
    await vi.advanceTimersByTimeAsync(10_000);
    expect(helpers).not.toHaveBeenCalled();
  });

  test('do not disturb the run when a helper fails', async () => {
    const failing = { helpers: () => Promise.reject(new Error('no')) } as unknown as Gpu;
    const precompiler = precompile(failing, KERNELS);
    await vi.advanceTimersByTimeAsync(1000);
    await expect(precompiler.end()).resolves.toBeUndefined();
  });
});

const gpu = await openTestGpu();
const helpers = await gpu.helpers();

describe.skipIf(helpers.length === 0)('helper devices (of lavapipe)', () => {
  test('are opened once and have what the device has', async () => {
    expect(await gpu.helpers()).toBe(helpers);
    for (const { device, adapter } of helpers) {
      expect(adapter).toEqual(gpu.adapter);
      expect([...device.features].sort()).toEqual([...gpu.device.features].sort());
    }
  });

  test('take every kernel of a run, with the same text, without an error', async () => {
    const library = new KernelLibrary(gpu, async () => SHADER_SOURCES);
    const compile = vi.spyOn(gpu.device, 'createShaderModule');
    const config = { ...SMALL, hiddenSizes: [9, 8] };
    const trainer = await assembleTrainer({ gpu, environment: cartpole, config }, library);
    await trainer.initialize();
    const kernels = [...firstDispatches(trainer.run.stages).keys()].map(
      ({ portable }) => portable!,
    );
    // Drivers cache a program by its exact text.
    const texts = compile.mock.calls.map(([{ code }]) => code);
    for (const { code } of kernels) expect(texts).toContain(code);
    compile.mockRestore();
    const [one] = helpers;
    const create = vi.spyOn(one!.device, 'createComputePipelineAsync');
    // A cached kernel would end the precompilation: here every one counts as new.
    let now = 0;
    const clock = vi.spyOn(performance, 'now').mockImplementation(() => (now += 1000));
    const precompiler = precompile({ helpers: async () => [one!] } as unknown as Gpu, kernels);
    await vi.waitFor(() => expect(create).toHaveBeenCalledTimes(kernels.length), 60_000);
    await precompiler.end();
    clock.mockRestore();
    await one!.idle();
    trainer.destroy();
  });
});
