import { describe, expect, test, vi } from 'vitest';
import { LimitError, type Tensor } from '../../src/gpu/arena';
import { KernelLibrary, read, write } from '../../src/gpu/kernel';
import { ShaderError } from '../../src/gpu/shader-error';
import scale from '../shaders/scale.wesl';
import { floats, openRuntime, readFloats, runDispatches } from '../support/run-dispatches';

const runtime = await openRuntime({ 'test/scale': scale });
const scaleBy = (factor: number) =>
  runtime.kernels.kernel({ shader: 'test/scale', constants: { FACTOR: factor } });

function scaleDispatch(factor: number, input: Tensor, output: Tensor, target = 0, addend = 0) {
  return scaleBy(factor).dispatch({
    shape: { count: input.shape[0]!, addend, target_index: target },
    tensors: { input: read(input), output: write(output) },
    workgroups: [1, 1, 1],
  });
}

test('one program is one kernel', () => {
  expect(scaleBy(3)).toBe(scaleBy(3));
  expect(scaleBy(3)).not.toBe(scaleBy(4));
  expect(runtime.kernels.kernel({ shader: 'kernels/adam' })).not.toBe(scaleBy(3));
});

test('compiled in turn, a kernel starts when the previous one is done or has failed', async () => {
  const inTurn = new KernelLibrary(
    runtime.gpu,
    async () => ({ 'test/scale': scale, 'test/broken': 'fn (' }),
    { inTurn: true },
  );
  const tensors = { input: read(floats(runtime, [1])), output: write(floats(runtime, [1])) };
  const shape = { count: 0, addend: 0, target_index: 0 };
  const order: string[] = [];
  const begin = (shader: string, factor: number) => {
    const kernel = inTurn.kernel({ shader, constants: { FACTOR: factor } });
    kernel.dispatch({ shape, tensors, workgroups: [1, 1, 1] });
    return kernel.ready.then(
      () => order.push(`${factor}`),
      () => order.push(`${factor} failed`),
    );
  };
  await Promise.all([begin('test/scale', 1), begin('test/broken', 2), begin('test/scale', 3)]);
  expect(order).toEqual(['1', '2 failed', '3']);
  inTurn.destroy();
});

test('a kernel that does not compile is reported once no other compiles any more', async () => {
  const { gpu } = runtime;
  const library = new KernelLibrary(gpu, async () => ({
    'test/scale': scale,
    'test/broken': 'fn (',
  }));
  const compile = gpu.device.createComputePipelineAsync.bind(gpu.device);
  let finish = (): void => {};
  const finished = new Promise<void>((resolve) => {
    finish = resolve;
  });
  const slow = vi.spyOn(gpu.device, 'createComputePipelineAsync');
  slow.mockImplementation((descriptor) => finished.then(() => compile(descriptor)));
  const tensors = { input: read(floats(runtime, [1])), output: write(floats(runtime, [1])) };
  for (const shader of ['test/broken', 'test/scale']) {
    const shape = { count: 0, addend: 0, target_index: 0 };
    const kernel = library.kernel({ shader, constants: { FACTOR: 2 } });
    kernel.dispatch({ shape, tensors, workgroups: [1, 1, 1] });
  }
  const told = vi.fn();
  const compiled = library.compiled().catch(told);
  await vi.waitFor(() => expect(slow).toHaveBeenCalledOnce());
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(told).not.toHaveBeenCalled();
  finish();
  await compiled;
  expect(told.mock.calls[0]![0]).toBeInstanceOf(ShaderError);
  slow.mockRestore();
  library.destroy();
});

test('each dispatch has its own tensors and its own uniform record', async () => {
  const output = floats(runtime, [6]);
  await runDispatches(runtime, [
    scaleDispatch(2, floats(runtime, [2], [1, 2]), output),
    scaleDispatch(2, floats(runtime, [3], [3, 4, 5]), output, 2, 100),
    scaleDispatch(5, floats(runtime, [1], [1]), output, 5),
  ]);
  expect(await readFloats(runtime, output)).toEqual([2, 4, 106, 108, 110, 5]);
});

test('a dispatch sees what the one before it wrote', async () => {
  const [a, b] = [floats(runtime, [1], [1]), floats(runtime, [1])];
  const there = scaleDispatch(3, a, b);
  const back = scaleDispatch(3, b, a);
  await runDispatches(runtime, [there, back, there, back]);
  expect(await readFloats(runtime, a)).toEqual([81]);
});

describe('a kernel refuses', () => {
  const one = floats(runtime, [4]);
  const shape = { count: 0, addend: 0, target_index: 0 };

  test('more storage bindings than the device allows', () => {
    const allowed = runtime.gpu.device.limits.maxStorageBuffersPerShaderStage;
    const names = Array.from({ length: allowed + 1 }, (_, index) => `tensor_${index}`);
    const tensors = Object.fromEntries(names.map((name) => [name, read(one)]));
    const kernel = scaleBy(9);
    expect(() => kernel.dispatch({ shape, tensors, workgroups: [1, 1, 1] })).toThrow(
      `kernel test/scale has ${allowed + 1} storage bindings; at most ${allowed} are allowed`,
    );
  });

  test('another use of a tensor than in the first dispatch', () => {
    const kernel = scaleBy(10);
    const output = floats(runtime, [4]);
    kernel.dispatch({
      shape,
      tensors: { input: read(one), output: write(output) },
      workgroups: [1, 1, 1],
    });
    const changed = { input: write(one), output: write(output) };
    expect(() => kernel.dispatch({ shape, tensors: changed, workgroups: [1, 1, 1] })).toThrow(
      'kernel test/scale is dispatched with (count, addend, target_index) and 1 input written, ' +
        '2 output written and with (count, addend, target_index) and 1 input read, ' +
        '2 output written',
    );
  });

  test('more workgroups than the device allows, with both numbers', () => {
    const limit = runtime.gpu.device.limits.maxComputeWorkgroupsPerDimension;
    const tensors = { input: read(one), output: write(floats(runtime, [4])) };
    const dispatch = () => scaleBy(11).dispatch({ shape, tensors, workgroups: [1, limit + 1, 1] });
    expect(dispatch).toThrow(LimitError);
    expect(dispatch).toThrow(`1 × ${limit + 1} × 1 workgroups, but the device allows ${limit} `);
  });

  test('to be used before it is compiled', () => {
    expect(() => scaleBy(12).pipeline).toThrow('kernel test/scale is used before it is compiled');
  });
});
