/** JavaScript numbers as WGSL f32. */

/** The largest f32. */
export const LARGEST_F32 = 2 ** 127 * (2 - 2 ** -23);
/** The smallest normal f32; many devices flush smaller ones to 0. */
export const SMALLEST_F32 = 2 ** -126;

/** Whether every device represents the f32 nearest to a number. */
export function isF32(value: number): boolean {
  const size = Math.abs(Math.fround(value));
  return value === 0 || (size >= SMALLEST_F32 && size <= LARGEST_F32);
}

/**
 * The literal of the f32 nearest to a number for which `isF32` holds, e.g. `2.0f`. For -0 it is
 * `0.0f`: WGSL does not guarantee signed zeros.
 */
export function f32Literal(value: number): string {
  const digits = String(Math.fround(value));
  return /[.e]/.test(digits) ? `${digits}f` : `${digits}.0f`;
}
