/** Observations that are kept as bits: number i is bit i % 32 of word ⌊i / 32⌋. */
import type { ElementType } from '../gpu/arena';

const BITS_PER_WORD = 32;

/** How observations lie in memory. */
export interface ObservationLayout {
  /** O */
  readonly observationSize: number;
  /** A float type for numbers, u32 for bits. */
  readonly storage: ElementType;
}

/** Whether observations are kept as bits. */
export function hasBits({ storage }: Pick<ObservationLayout, 'storage'>): boolean {
  return storage === 'u32';
}

/** Words for the bits of one observation. */
export function bitWords(observationSize: number): number {
  return Math.ceil(observationSize / BITS_PER_WORD);
}

/** Rows of one observation in memory: its numbers, or its words of bits. */
export function observationRows(layout: ObservationLayout): number {
  const { observationSize } = layout;
  return hasBits(layout) ? bitWords(observationSize) : observationSize;
}

/** The sizes that shaders import from `constants`. */
export function observationConstants(layout: ObservationLayout): Record<string, number> {
  const { observationSize: OBSERVATION_SIZE } = layout;
  const words = hasBits(layout) ? { OBSERVATION_WORDS: bitWords(OBSERVATION_SIZE) } : {};
  return { OBSERVATION_SIZE, ...words };
}

/** The numbers, 0 or 1, of the words of one observation. */
export function unpackBits(words: ArrayLike<number>, observationSize: number): number[] {
  return Array.from(
    { length: observationSize },
    (_, i) => (words[Math.floor(i / BITS_PER_WORD)]! >>> (i % BITS_PER_WORD)) & 1,
  );
}
