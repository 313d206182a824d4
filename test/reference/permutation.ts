/**
 * Keyed permutation of 0 … size - 1 without a sort and without a table: an alternating unbalanced
 * Feistel network over the next power of two, walked along its cycle until it is back in range.
 */

import type { Words } from './rng';

const ROUNDS = 8;

/** Murmur3's finalizer over `value` shifted by a multiple of the golden ratio's 32 bits. */
export function mix(value: number, round: number): number {
  let h = (value + Math.imul(0x9e3779b9, round + 1)) >>> 0;
  h ^= h >>> 16;
  h = Math.imul(h, 0x85ebca6b);
  h ^= h >>> 13;
  h = Math.imul(h, 0xc2b2ae35);
  h ^= h >>> 16;
  return h >>> 0;
}

/** Number of bits of the network: ceil(log2 size), but at least one for each half. */
export function permutationBits(size: number): number {
  let bits = 2;
  while (2 ** bits < size) {
    bits += 1;
  }
  return bits;
}

/** Bijection on 0 … 2^bits - 1. Each round changes one half by a function of the other. */
function feistel(index: number, bits: number, key: Words): number {
  const rightBits = bits >> 1;
  const leftBits = bits - rightBits;
  const rightMask = 2 ** rightBits - 1;
  const leftMask = 2 ** leftBits - 1;
  let left = index >> rightBits;
  let right = index & rightMask;
  for (let round = 0; round < ROUNDS; round += 1) {
    const roundKey = key[round % 4]!;
    if (round % 2 === 0) {
      left ^= mix(right ^ roundKey, round) & leftMask;
    } else {
      right ^= mix(left ^ roundKey, round) & rightMask;
    }
  }
  return (left << rightBits) | right;
}

/** Where `index` (0 … size - 1) goes; for each key a bijection. Sizes up to 2^24. */
export function permute(index: number, size: number, key: Words): number {
  const bits = permutationBits(size);
  let result = feistel(index, bits, key);
  while (result >= size) {
    result = feistel(result, bits, key);
  }
  return result;
}

/** The whole permutation as a list. */
export function permutation(size: number, key: Words): number[] {
  return Array.from({ length: size }, (_, index) => permute(index, size, key));
}
