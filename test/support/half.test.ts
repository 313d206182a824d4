import { expect, test } from 'vitest';
import { halfOf } from '../../src/gpu/half';
import { halfBits, roundHalf } from './half';

test('every number in half precision has its bits and rounds to itself', () => {
  for (let bits = 0; bits < 0x7c00; bits += 1) {
    const value = halfOf(bits);
    expect(halfBits(value)).toBe(bits);
    expect(halfBits(-value)).toBe(bits | 0x8000);
    expect(roundHalf(value)).toBe(value);
  }
});

test.each([
  [1 + 2 ** -11, 1],
  [1 + 3 * 2 ** -11, 1 + 2 ** -9],
  [-(1 + 2 ** -11 + 2 ** -20), -(1 + 2 ** -10)],
  [65519, 65504],
  [65520, Number.POSITIVE_INFINITY],
  [2 ** -25, 0],
  [2 ** -24, 2 ** -24],
])('%d is rounded to %d', (value, rounded) => {
  expect(roundHalf(value)).toBe(rounded);
});
