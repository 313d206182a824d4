import { expect, test } from 'vitest';
import { crc32 } from '../../src/formats/crc32';

test('CRC-32 has the known answer of "123456789"', () => {
  expect(crc32(new TextEncoder().encode('123456789'))).toBe(0xcbf43926);
  expect(crc32(new Uint8Array())).toBe(0);
});
