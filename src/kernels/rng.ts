/**
 * Threefry4x32 with 20 rounds on the host; gives the same words as shaders/lib/rng.wesl.
 * Source: Salmon et al. 2011, "Parallel random numbers: as easy as 1, 2, 3".
 */

/** Four 32-bit words. */
export type Words = readonly [number, number, number, number];

/** Streams never share a block. Those of shaders/lib/rng.wesl and of the host; all below 2^8. */
export const STREAM = { act: 1, reset: 2, step: 3, permutation: 4, initialize: 5 } as const;

const ROTATIONS = [
  [10, 26],
  [11, 21],
  [13, 27],
  [23, 5],
  [6, 20],
  [17, 11],
  [25, 10],
  [18, 20],
] as const;

function rotateLeft(word: number, bits: number): number {
  return ((word << bits) | (word >>> (32 - bits))) >>> 0;
}

function mixPairs([x, y, z, w]: Words, [first, second]: readonly [number, number]): Words {
  const a = (x + y) >>> 0;
  const b = (rotateLeft(y, first) ^ a) >>> 0;
  const c = (z + w) >>> 0;
  const d = (rotateLeft(w, second) ^ c) >>> 0;
  return [a, d, c, b];
}

function addWords(a: Words, b: Words): Words {
  return [(a[0] + b[0]) >>> 0, (a[1] + b[1]) >>> 0, (a[2] + b[2]) >>> 0, (a[3] + b[3]) >>> 0];
}

/** The block that belongs to `key` and `counter`. */
export function threefry4x32(key: Words, counter: Words): Words {
  const keys = [...key, (0x1bd11bda ^ key[0] ^ key[1] ^ key[2] ^ key[3]) >>> 0];
  let x = addWords(counter, key);
  for (let group = 0; group < 5; group++) {
    for (let round = 0; round < 4; round++) {
      x = mixPairs(x, ROTATIONS[(group % 2) * 4 + round]!);
    }
    const next = group + 1;
    const word = (offset: number): number => keys[(next + offset) % 5]!;
    x = addWords(x, [word(0), word(1), word(2), word(3) + next]);
  }
  return x;
}

/** A generator over the blocks of one key; each call uses up one block. */
export class Rng {
  private draw = 0;

  /** @param counter iteration, step and environment */
  constructor(
    private readonly key: Words,
    private readonly counter: readonly [number, number, number],
  ) {}

  /** Four numbers in [0, 1) with 24 random bits each. */
  random4(): Words {
    const [x, y, z, w] = threefry4x32(this.key, [...this.counter, this.draw]);
    this.draw += 1;
    return [(x >>> 8) / 2 ** 24, (y >>> 8) / 2 ** 24, (z >>> 8) / 2 ** 24, (w >>> 8) / 2 ** 24];
  }

  /** One number in [0, 1). */
  random(): number {
    return this.random4()[0];
  }

  /** One standard normal number (Box and Muller 1958). */
  normal(): number {
    const [first, second] = this.random4();
    return Math.sqrt(-2 * Math.log(1 - first)) * Math.cos(2 * Math.PI * second);
  }
}
