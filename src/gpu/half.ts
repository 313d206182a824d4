/** Half precision (IEEE 754 binary16); Node 20 has no array type for it. */

/** The number with these 16 bits. */
export function halfOf(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = (bits & 1023) / 1024;
  if (exponent === 0) return sign * fraction * 2 ** -14;
  if (exponent === 31) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return sign * (1 + fraction) * 2 ** (exponent - 15);
}

/** The floats of a tensor's bytes. */
export function floatsOf(bytes: ArrayBuffer, type: 'f32' | 'f16'): Float32Array {
  return type === 'f32'
    ? new Float32Array(bytes)
    : Float32Array.from(new Uint16Array(bytes), halfOf);
}
