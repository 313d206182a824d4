/**
 * CRC-32C (Castagnoli), the checksum of iSCSI and of TensorFlow's record files (RFC 3720, appendix
 * B.4, has known answers).
 */
import { crcOf } from './crc32';

/** What TensorFlow adds to a checksum that is stored beside its data. */
const MASK_DELTA = 0xa282ead8;

/** The checksum of the polynomial 0x1EDC6F41, an unsigned integer of 32 bits. */
export const crc32c = crcOf(0x82f63b78);

/** The checksum rotated right by 15 bits, plus a constant, as record files store it. */
export function maskedCrc32c(bytes: Uint8Array): number {
  const crc = crc32c(bytes);
  return (((crc >>> 15) | (crc << 17)) + MASK_DELTA) >>> 0;
}
