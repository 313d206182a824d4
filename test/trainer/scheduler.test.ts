import { describe, expect, test } from 'vitest';
import { partsFor } from '../../src/trainer/scheduler';

describe('an iteration is cut into submissions of about 100 ms', () => {
  test.each([
    [0.5, 1],
    [100, 1],
    [101, 2],
    [950, 10],
  ])('%f ms make %i', (milliseconds, parts) => {
    expect(partsFor(milliseconds, 500)).toBe(parts);
  });

  test('but never into more than it has dispatches', () => {
    expect(partsFor(10_000, 7)).toBe(7);
  });
});
