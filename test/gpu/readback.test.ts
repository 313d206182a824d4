import { describe, expect, test, vi } from 'vitest';
import { ReadbackRing, readTensor, writeTensor } from '../../src/gpu/readback';
import { floats, openRuntime, words } from '../support/run-dispatches';

const runtime = await openRuntime();
const { gpu } = runtime;

describe('a readback ring', () => {
  const tensor = words(runtime, [3]);

  /** Writes three words, then copies them; returns the slot. */
  function submit(ring: ReadbackRing, value: number): number {
    writeTensor(gpu, tensor, Uint32Array.of(value, value + 1, value + 2));
    const encoder = gpu.device.createCommandEncoder();
    const turn = ring.copy(encoder);
    gpu.device.queue.submit([encoder.finish()]);
    return turn;
  }

  const readWord = async (ring: ReadbackRing, turn: number): Promise<number[]> => [
    ...new Uint32Array(await ring.read(turn), 0, 3),
  ];

  test('has three slots, used in turn', () => {
    const ring = new ReadbackRing(gpu, tensor);
    expect(ring.size).toBeGreaterThanOrEqual(3);
    expect([0, 10, 20, 30].map((value) => submit(ring, value))).toEqual([0, 1, 2, 0]);
    ring.destroy();
  });

  test('reads from each slot the bytes of its own copy while others are in flight', async () => {
    const ring = new ReadbackRing(gpu, tensor);
    const flying = [100, 200, 300].map((value) => ({ value, turn: submit(ring, value) }));
    for (let value = 400; value <= 1000; value += 100) {
      const oldest = flying.shift()!;
      const [w0, w1, w2] = await readWord(ring, oldest.turn);
      expect([w0, w1, w2]).toEqual([oldest.value, oldest.value + 1, oldest.value + 2]);
      flying.push({ value, turn: submit(ring, value) });
    }
    const last = await Promise.all(flying.map(({ turn }) => readWord(ring, turn)));
    expect(last.map(([word]) => word)).toEqual([800, 900, 1000]);
    ring.destroy();
  });

  test('that is destroyed rejects at once, without waiting for news of the device', async () => {
    const ring = new ReadbackRing(gpu, tensor);
    const reading = readWord(ring, submit(ring, 1));
    const timer = vi.spyOn(globalThis, 'setTimeout');
    ring.destroy();
    await expect(reading).rejects.toThrow();
    expect(timer).not.toHaveBeenCalled();
    timer.mockRestore();
    expect(await readWord(new ReadbackRing(gpu, tensor), 0)).toEqual([0, 0, 0]);
  });
});

test('a tensor is read as it was written, padding included', async () => {
  const tensor = floats(runtime, [5], [1, 2, 3, 4, 5]);
  expect([...new Float32Array(await readTensor(gpu, tensor))]).toEqual([1, 2, 3, 4, 5, 0, 0, 0]);
});

test('writing overwrites only the beginning, with the elements of the view', async () => {
  const tensor = floats(runtime, [4], [1, 2, 3, 4]);
  writeTensor(gpu, tensor, Float32Array.of(7, 8, 9).subarray(1));
  expect([...new Float32Array(await readTensor(gpu, tensor))]).toEqual([8, 9, 3, 4]);
});
