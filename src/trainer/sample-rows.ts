/** Samples between the host, which has one row for each, and the device, which has one column. */
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
