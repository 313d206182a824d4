/** Numbers of JavaScript as f32 of WGSL. */

/** The largest f32. */
export const LARGEST_F32 = 2 ** 127 * (2 - 2 ** -23);
/** The smallest f32 above 0 that every device keeps: many turn smaller ones into 0. */
export const SMALLEST_F32 = 2 ** -126;

/** Whether every device computes with the f32 nearest to a number. */
export function isF32(value: number): boolean {
  const size = Math.abs(Math.fround(value));
  return value === 0 || (size >= SMALLEST_F32 && size <= LARGEST_F32);
}

/**
 * The literal of the f32 nearest to a number for which `isF32` holds, e.g. `2.0f`. That of -0 is `0.0f`: WGSL
 * leaves it to the device whether zeros have a sign.
 */
export function f32Literal(value: number): string {
  const digits = String(Math.fround(value));
  return /[.e]/.test(digits) ? `${digits}f` : `${digits}.0f`;
}
