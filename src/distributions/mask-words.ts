/** Masks of actions as the device stores them. */
import { CHOICES_PER_WORD } from './distribution';

/** The words of a mask, CHOICES_PER_WORD choices each (shaders/distributions/mask.wesl). */
export function packMask(mask: readonly boolean[]): number[] {
  return Array.from({ length: Math.ceil(mask.length / CHOICES_PER_WORD) }, (_, word) => {
    const own = mask.slice(word * CHOICES_PER_WORD, (word + 1) * CHOICES_PER_WORD);
    return own.reduce((bits, allowed, bit) => bits + (allowed ? 2 ** bit : 0), 0);
  });
}

/** The inverse. @param size D, the values of all choices */
export function unpackMask(words: ArrayLike<number>, size: number): boolean[] {
  return Array.from({ length: size }, (_, d) => {
    const bits = words[Math.floor(d / CHOICES_PER_WORD)]!;
    return ((bits >> (d % CHOICES_PER_WORD)) & 1) === 1;
  });
}
