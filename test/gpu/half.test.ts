import { expect, test } from 'vitest';
import { floatsOf, halfOf } from '../../src/gpu/half';

// The examples of IEEE 754 binary16.
test.each([
  [0x0000, 0],
  [0x8000, -0],
  [0x0001, 2 ** -24],
  [0x03ff, 1023 * 2 ** -24],
  [0x0400, 2 ** -14],
  [0x3555, 0.333251953125],
  [0x3c00, 1],
  [0xc000, -2],
  [0x7bff, 65504],
  [0x7c00, Number.POSITIVE_INFINITY],
  [0xfc00, Number.NEGATIVE_INFINITY],
  [0x7e00, Number.NaN],
])('the bits %i are %d', (bits, value) => {
  expect(halfOf(bits)).toBe(value);
});

test('bytes are read by the type of their tensor', () => {
  expect([...floatsOf(new Uint16Array([0x3c00, 0xc000]).buffer, 'f16')]).toEqual([1, -2]);
  expect([...floatsOf(new Float32Array([1.5, -2]).buffer, 'f32')]).toEqual([1.5, -2]);
});
