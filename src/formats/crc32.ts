/** Cyclic redundancy checks of 32 bits, with reversed bits (Koopman 2002 compares polynomials). */

/** The function that computes the checksum of a polynomial, given with its bits reversed. */
export function crcOf(polynomial: number): (bytes: Uint8Array) => number {
  /** The remainder of each byte. */
  const remainders = Uint32Array.from({ length: 256 }, (_, byte) => {
    let remainder = byte;
    for (let bit = 0; bit < 8; bit++) {
      remainder = remainder & 1 ? (remainder >>> 1) ^ polynomial : remainder >>> 1;
    }
    return remainder;
  });
  return (bytes) => {
    let crc = 0xffffffff;
    for (const byte of bytes) crc = (crc >>> 8) ^ remainders[(crc ^ byte) & 0xff]!;
    return (crc ^ 0xffffffff) >>> 0;
  };
}

/** CRC-32 of the polynomial 0x04C11DB7, the checksum of zip archives. */
export const crc32 = crcOf(0xedb88320);
