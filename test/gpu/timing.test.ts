import { describe, expect, test } from 'vitest';
import type { Gpu } from '../../src/gpu/device';
import { read, write } from '../../src/gpu/kernel';
import { encodeStages, type Stage } from '../../src/gpu/stage';
import { StageTimer } from '../../src/gpu/timing';
import scale from '../shaders/scale.wesl';
import { floats, openRuntime, readFloats } from '../support/run-dispatches';

const runtime = await openRuntime({ 'test/scale': scale });
const { gpu } = runtime;

test('an adapter without timestamps is refused with its name', () => {
  const without = { hasTimestamps: false, adapter: { name: 'Toaster 3000' } } as Gpu;
  expect(() => new StageTimer(without)).toThrow('Toaster 3000 has no timestamp queries');
});

describe.skipIf(!gpu.hasTimestamps)('stage timing (needs an adapter with timestamps)', () => {
  const numbers = floats(runtime, [2], [1, 1]);
  const [a, b] = [floats(runtime, [1], [1]), floats(runtime, [1])];
  const kernel = runtime.kernels.kernel({ shader: 'test/scale', constants: { FACTOR: 2 } });
  const dispatch = (from: typeof a, to: typeof a) =>
    kernel.dispatch({
      shape: { count: 1, addend: 0, target_index: 0 },
      tensors: { input: read(from), output: write(to) },
      workgroups: [1, 1, 1],
    });
  const there: Stage = { name: 'there', dispatches: [dispatch(a, b)] };
  const back: Stage = { name: 'back', dispatches: [dispatch(b, a)] };

  test('every stage has its time, stages of one name their sum, repeatedly', async () => {
    await runtime.kernels.compiled();
    const timer = new StageTimer(gpu);
    const { room } = timer;
    expect(room).toBeGreaterThanOrEqual(2 * 3);
    for (const turns of [1, 3]) {
      const stages = Array.from({ length: turns }, () => [there, back]).flat();
      const encoder = gpu.device.createCommandEncoder();
      encodeStages(encoder, stages, timer);
      expect(timer.room).toBe(room - 2 * turns);
      timer.resolve(encoder);
      gpu.device.queue.submit([encoder.finish()]);
      const times = await timer.collect();
      expect([...times.keys()]).toEqual(['there', 'back']);
      for (const milliseconds of times.values()) {
        expect(milliseconds).toBeGreaterThanOrEqual(0);
        expect(milliseconds).toBeLessThan(10_000);
      }
      expect(timer.room).toBe(room);
    }
    // Timed passes compute the same as untimed ones: 2 · 2, four times over.
    expect(await readFloats(runtime, a)).toEqual([4 ** 4]);
    expect(await readFloats(runtime, numbers)).toEqual([1, 1]);
    timer.destroy();
  });
});
