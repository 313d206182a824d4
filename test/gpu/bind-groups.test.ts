/** Many dispatches can be recorded without as many driver objects. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterEach, beforeEach, describe, expect, type MockInstance, test, vi } from 'vitest';
import { Arena, type Tensor } from '../../src/gpu/arena';
import { read, write } from '../../src/gpu/kernel';
import scale from '../shaders/scale.wesl';
import { floats, openRuntime, readFloats, runDispatches } from '../support/run-dispatches';

const runtime = await openRuntime({ 'test/scale': scale });

let made: MockInstance;
beforeEach(() => {
  made = vi.spyOn(runtime.gpu.device, 'createBindGroup');
});
afterEach(() => {
  vi.restoreAllMocks();
});

function scaleDispatch(factor: number, input: Tensor, output: Tensor, target: number) {
  return runtime.kernels.kernel({ shader: 'test/scale', constants: { FACTOR: factor } }).dispatch({
    shape: { count: 1, addend: 7 * target, target_index: target },
    tensors: { input: read(input), output: write(output) },
    workgroups: [1, 1, 1],
  });
}

const numbersTo = (count: number): number[] => Array.from({ length: count }, (_, i) => i);

test('dispatches of equal bindings share a group; another record or tensor has its own', () => {
  const [a, b, output] = [floats(runtime, [1]), floats(runtime, [1]), floats(runtime, [2])];
  const first = scaleDispatch(2, a, output, 0);
  expect(scaleDispatch(2, a, output, 0).bindGroup).toBe(first.bindGroup);
  expect(scaleDispatch(2, a, output, 1).bindGroup).not.toBe(first.bindGroup);
  expect(scaleDispatch(2, b, output, 0).bindGroup).not.toBe(first.bindGroup);
  expect(made).toHaveBeenCalledTimes(3);
});

describe('of 5,000 records of a kernel', () => {
  const COUNT = 5000;

  test('each is read by its dispatch, with about as many groups as for 2,048', async () => {
    const [input, output] = [floats(runtime, [1], [1]), floats(runtime, [COUNT])];
    const dispatches = numbersTo(COUNT).map((i) => scaleDispatch(3, input, output, i));
    // Beyond the fixed ones there is a group for each page of records, and pages double in size.
    expect(made.mock.calls.length).toBeLessThan(2048 + 8);
    await runDispatches(runtime, dispatches);
    expect(await readFloats(runtime, output)).toEqual(numbersTo(COUNT).map((i) => 3 + 7 * i));
  });

  test('the first 2,048 have fixed offsets, which is fastest', () => {
    const [input, output] = [floats(runtime, [1]), floats(runtime, [COUNT])];
    const offsets = numbersTo(2050).map((i) => scaleDispatch(3, input, output, i).offsets);
    expect(offsets.slice(0, 2048).every((each) => each === undefined)).toBe(true);
    expect(offsets.slice(2048).map((each) => each?.length)).toEqual([1, 1]);
  });
});

test('a group is freed with its tensors', async () => {
  setFlagsFromString('--expose-gc');
  const collectGarbage: () => void = runInNewContext('gc');
  const output = floats(runtime, [1]);
  const groupOf = (): WeakRef<GPUBindGroup> => {
    const arena = new Arena(runtime.gpu);
    const input = floats({ ...runtime, arena }, [1]);
    const { bindGroup } = scaleDispatch(5, input, output, 0);
    arena.destroy();
    return new WeakRef(bindGroup);
  };
  const kept = new WeakRef(scaleDispatch(5, floats(runtime, [1]), output, 0).bindGroup);
  const dropped = groupOf();
  // A spy holds references to its arguments.
  made.mockRestore();
  await vi.waitFor(() => {
    collectGarbage();
    // A failing assertion would hold a reference to its value.
    expect(dropped.deref() === undefined).toBe(true);
  });
  expect(kept.deref()).toBeDefined();
});
