import { expect, test } from 'vitest';
import { crc32c, maskedCrc32c } from '../../src/formats/crc32c';

const bytes = (length: number, value: (index: number) => number): Uint8Array =>
  Uint8Array.from({ length }, (_, index) => value(index));

test.each([
  // RFC 3720, appendix B.4; there the bytes of the checksum are in the order of transmission.
  ['32 zeros', bytes(32, () => 0), 0x8a9136aa],
  ['32 times 255', bytes(32, () => 255), 0x62a8ab43],
  ['0 to 31', bytes(32, (index) => index), 0x46dd794e],
  ['31 to 0', bytes(32, (index) => 31 - index), 0x113fdb5c],
  // The check value of the catalogue of parametrised CRC algorithms.
  ['the digits 1 to 9', new TextEncoder().encode('123456789'), 0xe3069283],
  ['nothing', new Uint8Array(), 0],
])('%s', (_, data, expected) => {
  expect(crc32c(data)).toBe(expected);
});

test('the mask rotates by 15 bits and adds a constant', () => {
  // 0xe3069283 rotated right by 15 bits is 0x2507c60d.
  expect(maskedCrc32c(new TextEncoder().encode('123456789'))).toBe(0x2507c60d + 0xa282ead8);
  expect(maskedCrc32c(new Uint8Array())).toBe(0xa282ead8);
});
