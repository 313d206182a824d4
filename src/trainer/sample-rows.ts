/** Samples between the host, which has one row for each, and the device, which has one column. */
import { CHOICES_PER_WORD } from '../distributions/distribution';

/** [fields][stride] of [N][fields], padded with zeros. */
export function fieldsFirst(rows: readonly ArrayLike<number>[], fields: number, stride: number) {
  const values = new Float32Array(fields * stride);
  for (const [n, row] of rows.entries()) {
    for (let field = 0; field < fields; field++) values[field * stride + n] = row[field]!;
  }
  return values;
}

/** The inverse: [N][fields] of [fields][stride], from `offset` on. */
export function rowsFirst(
  values: Float32Array,
  {
    count,
    fields,
    stride,
    offset = 0,
  }: Record<'count' | 'fields' | 'stride', number> & {
    readonly offset?: number;
  },
): Float32Array[] {
  return Array.from({ length: count }, (_, n) =>
    Float32Array.from({ length: fields }, (_, field) => values[offset + field * stride + n]!),
  );
}

/** The words of a mask, CHOICES_PER_WORD choices each (shaders/distributions/mask.wesl). */
export function packMask(mask: readonly boolean[]): number[] {
  return Array.from({ length: Math.ceil(mask.length / CHOICES_PER_WORD) }, (_, word) => {
    const own = mask.slice(word * CHOICES_PER_WORD, (word + 1) * CHOICES_PER_WORD);
    return own.reduce((bits, allowed, bit) => bits + (allowed ? 2 ** bit : 0), 0);
  });
}

export function unpackMask(words: ArrayLike<number>, size: number): boolean[] {
  return Array.from({ length: size }, (_, d) => {
    const bits = words[Math.floor(d / CHOICES_PER_WORD)]!;
    return ((bits >> (d % CHOICES_PER_WORD)) & 1) === 1;
  });
}
