import { expect, test } from 'vitest';
import { constantOf } from '../../src/environments/constant-expression';
import { tokensOf } from '../../src/gpu/wesl-tokens';

const KNOWN = { SIDE: { value: 3, isInteger: true }, CELLS: { value: 7.5, isInteger: false } };

const numberOf = (text: string): number | undefined =>
  constantOf(tokensOf(text), (name) => KNOWN[name as keyof typeof KNOWN])?.value;

test.each([
  ['12', 12],
  ['12u', 12],
  ['0x1F', 31],
  ['0x1Fu', 31],
  ['SIDE * SIDE + 1', 10],
  ['2 - 3 - 4', -5],
  ['2 * (3 + 4)', 14],
  ['-SIDE + 5', 2],
  // Integers are divided towards zero, floats are not.
  ['7 / 2', 3],
  ['-7 / 2', -3],
  ['7.0 / 2', 3.5],
  ['7f / 2f', 3.5],
  ['17 % 5', 2],
  ['u32(CELLS)', 7],
  ['i32(CELLS) * 2', 14],
  ['u32(CELLS / 2) + 1', 4],
  ['f32(7) / 2', 3.5],
])('%s is %d', (text, value) => {
  expect(numberOf(text)).toBe(value);
});

test.each(['', 'OTHER', '1 +', '(1', '1)', 'max(1, 2)', '1 << 2', 'SIDE SIDE', '1 , 2'])(
  '"%s" is not understood',
  (text) => {
    expect(numberOf(text)).toBeUndefined();
  },
);
