import { describe, expect, test } from 'vitest';
import { permutation, permutationBits, permute } from './permutation';
import { threefry4x32, type Words } from './rng';

const key = (epoch: number): Words => threefry4x32([1, 0, 4, 0], [0, epoch, 0, 0]);

function isBijection(size: number, words: Words): boolean {
  const seen = new Uint8Array(size);
  for (let index = 0; index < size; index += 1) {
    seen[permute(index, size, words)]! += 1;
  }
  return seen.every((count) => count === 1);
}

describe('permutation', () => {
  test('needs the bits of the next power of two', () => {
    const sizes = [1, 4, 5, 8, 9, 2 ** 24];
    expect(sizes.map(permutationBits)).toEqual([2, 2, 3, 3, 4, 24]);
  });

  test('is bijective at every size from 1 to 300', () => {
    const failing = Array.from({ length: 300 }, (_, i) => i + 1).filter(
      (size) => !isBijection(size, key(size)),
    );
    expect(failing).toEqual([]);
  });

  test.each([1021, 4095, 4097, 65_537, 99_991, 300_007])('is bijective at size %i', (size) => {
    expect(isBijection(size, key(0))).toBe(true);
  });

  test('differs from epoch to epoch', () => {
    expect(permutation(64, key(0))).not.toEqual(permutation(64, key(1)));
  });

  // Pearson's statistic has mean size - 1 and standard deviation sqrt(2 (size - 1)).
  test.each([2, 3, 7, 32, 100])('sends each index everywhere equally often at size %i', (size) => {
    const trials = 200 * size;
    const counts = Array.from({ length: size }, () => Array.from({ length: size }, () => 0));
    for (let trial = 0; trial < trials; trial += 1) {
      for (const [from, to] of permutation(size, key(trial)).entries()) {
        counts[from]![to]! += 1;
      }
    }
    const expected = trials / size;
    for (const row of counts) {
      const statistic = row.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
      expect(statistic).toBeLessThan(size - 1 + 6 * Math.sqrt(2 * (size - 1)));
    }
  });

  test('sends neighbours to independent places', () => {
    const size = 16;
    const trials = 16 * 15 * 50;
    const counts = new Map<number, number>();
    for (let trial = 0; trial < trials; trial += 1) {
      const pair = permute(4, size, key(trial)) * size + permute(5, size, key(trial));
      counts.set(pair, (counts.get(pair) ?? 0) + 1);
    }
    const statistic = [...counts.values()].reduce((sum, count) => sum + (count - 50) ** 2 / 50, 0);
    expect(counts.size).toBe(16 * 15);
    expect(statistic).toBeLessThan(239 + 6 * Math.sqrt(2 * 239));
  });
});
