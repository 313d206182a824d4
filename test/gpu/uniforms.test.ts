import { expect, test } from 'vitest';
import { read, write } from '../../src/gpu/kernel';
import { UniformPool } from '../../src/gpu/uniforms';
import scale from '../shaders/scale.wesl';
import { floats, openRuntime, readFloats, runDispatches } from '../support/run-dispatches';

const runtime = await openRuntime({ 'test/scale': scale });

test('equal records share a binding, others do not', () => {
  const pool = new UniformPool(runtime.gpu);
  const one = pool.slot([1, 2, 3]);
  expect(pool.slot([1, 2, 3])).toBe(one);
  expect(one.size).toBe(16);
  const other = pool.slot([1, 2, 3, 4, 5]);
  expect(other.size).toBe(32);
  expect([other.buffer === one.buffer, other.offset === one.offset]).toEqual([true, false]);
  pool.destroy();
});

test.each([2 ** 32, 2 ** 32 + 5, -1, 0.5, Number.NaN])(
  'a record with %d, which is not a u32, is refused',
  (word) => {
    const pool = new UniformPool(runtime.gpu);
    expect(() => pool.slot([1, word])).toThrow(`a uniform is ${word}, which is not a u32`);
    pool.destroy();
  },
);

test('no two records overlap, and a full page is followed by another', () => {
  const pool = new UniformPool(runtime.gpu);
  const bindings = Array.from({ length: 700 }, (_, i) => pool.slot([i, ...Array(i % 9).keys()]));
  expect(new Set(bindings.map(({ buffer }) => buffer)).size).toBeGreaterThan(1);
  let [last, end] = [bindings[0]!.buffer, 0];
  for (const { buffer, offset, size } of bindings) {
    expect(offset! % runtime.gpu.device.limits.minUniformBufferOffsetAlignment).toBe(0);
    expect(offset! + size!).toBeLessThanOrEqual((buffer as GPUBuffer).size);
    if (buffer === last) expect(offset).toBeGreaterThanOrEqual(end);
    [last, end] = [buffer, offset! + size!];
  }
  pool.destroy();
});

test('600 dispatches of one kernel each read their own record', async () => {
  const count = 600;
  const input = floats(runtime, [1], [0]);
  const output = floats(runtime, [count]);
  const kernel = runtime.kernels.kernel({ shader: 'test/scale', constants: { FACTOR: 1 } });
  const dispatches = Array.from({ length: count }, (_, i) =>
    kernel.dispatch({
      shape: { count: 1, addend: 7 * i, target_index: i },
      tensors: { input: read(input), output: write(output) },
      workgroups: [1, 1, 1],
    }),
  );
  await runDispatches(runtime, dispatches);
  expect(await readFloats(runtime, output)).toEqual(dispatches.map((_, i) => 7 * i));
});
