import { expect, test } from 'vitest';
import { Arena, LimitError } from '../../src/gpu/arena';
import type { Gpu } from '../../src/gpu/device';
import { readTensor } from '../../src/gpu/readback';
import { openTestGpu } from '../support/gpu';

const gpu = await openTestGpu();

test('a tensor takes a multiple of 16 bytes, at least 16', () => {
  const arena = new Arena(gpu);
  expect(arena.declare('one', [1]).bytes).toBe(16);
  expect(arena.declare('empty', [0, 3]).bytes).toBe(16);
  expect(arena.declare('five', [5]).bytes).toBe(32);
  expect(arena.declare('many', [3, 5, 7]).bytes).toBe(432);
  expect(arena.bytes).toBe(16 + 16 + 32 + 432);
});

test('a tensor has no buffer before its arena is allocated', () => {
  const tensor = new Arena(gpu).declare('heads', [3]);
  expect(() => tensor.buffer).toThrow('tensor heads is used before its arena is allocated');
});

test('a tensor begins as zeros', async () => {
  const arena = new Arena(gpu);
  const tensor = arena.declare('zeros', [2, 5]);
  arena.allocate();
  const bytes = await readTensor(gpu, tensor);
  expect(new Uint32Array(bytes)).toEqual(new Uint32Array(12));
  arena.destroy();
});

test('a second allocation does not change the first', () => {
  const arena = new Arena(gpu);
  const first = arena.declare('first', [4]);
  arena.allocate();
  const { buffer } = first;
  const second = arena.declare('second', [4]);
  arena.allocate();
  expect(first.buffer).toBe(buffer);
  expect(second.buffer).not.toBe(buffer);
  arena.destroy();
});

test('a tensor beyond the limit is refused with both numbers, and nothing is created', () => {
  const { maxStorageBufferBindingSize, maxBufferSize } = gpu.device.limits;
  const limit = Math.min(maxStorageBufferBindingSize, maxBufferSize);
  const rows = Math.floor(limit / 4) + 1;
  const arena = new Arena(gpu, 'use less (size)');
  const small = arena.declare('small', [4]);
  const large = arena.declare('observations', [1, rows]);
  expect(large.bytes).toBeGreaterThan(limit);
  const words = [
    `observations [1, ${rows}]`,
    `needs ${large.bytes} bytes`,
    `allows ${limit} bytes`,
  ];
  for (const part of [...words, gpu.adapter.name, ': use less (size)']) {
    expect(() => arena.allocate()).toThrow(part);
  }
  expect(() => arena.allocate()).toThrow(LimitError);
  expect(() => small.buffer).toThrow('before its arena is allocated');
});

test('tensors whose total exceeds the memory are refused, with the largest by name', () => {
  const memory = 1000;
  const small = Object.create(gpu, { memory: { value: memory } }) as Gpu;
  const arena = new Arena(small, 'use less (size)');
  const sizes = [16, 4, 64, 32, 8];
  const tensors = sizes.map((size) => arena.declare(`of ${size}`, [size / 4, 4]));
  arena.allocate();
  const last = arena.declare('one more', [128]);
  const total = 4 * (16 + 4 + 64 + 32 + 8 + 128);
  expect(arena.bytes).toBe(total);
  const words = [
    `need ${total} bytes`,
    'the largest: one more [128] 512; of 64 [16, 4] 256; of 32 [8, 4] 128)',
    `has ${memory} bytes of memory`,
    ': use less (size)',
  ];
  for (const part of words) expect(() => arena.allocate()).toThrow(part);
  expect(() => arena.allocate()).toThrow(LimitError);
  expect(() => last.buffer).toThrow('before its arena is allocated');
  for (const tensor of tensors) expect(tensor.buffer).toBeDefined();
  arena.destroy();
});

test('a tensor can bring its own advice on how to make it smaller', () => {
  const arena = new Arena(gpu);
  arena.declare('rows', [2 ** 40], 'f32', 'use fewer rows (numRows)');
  expect(() => arena.allocate()).toThrow(/ bytes in one buffer: use fewer rows \(numRows\)$/);
});
