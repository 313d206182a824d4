import { expect } from 'vitest';

/** Every difference is at most `tolerance` of the largest expected magnitude (at least `scale`). */
export function expectClose(
  actual: readonly number[],
  expected: readonly number[],
  tolerance: number,
  scale = 0,
): void {
  expect(actual.length).toBe(expected.length);
  const largest = expected.reduce((most, value) => Math.max(most, Math.abs(value)), scale);
  for (const [i, value] of expected.entries()) {
    const difference = Math.abs(actual[i]! - value);
    if (!(difference <= tolerance * largest)) {
      expect.fail(`[${i}] is ${actual[i]}, expected ${value} within ${tolerance} of ${largest}`);
    }
  }
}
