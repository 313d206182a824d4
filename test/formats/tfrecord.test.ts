import { expect, test } from 'vitest';
import { encodeRecord } from '../../src/formats/tfrecord';

test('a record is length, its checksum, data, its checksum', () => {
  const record = encodeRecord(new TextEncoder().encode('123456789'));
  expect(record).toHaveLength(8 + 4 + 9 + 4);
  const view = new DataView(record.buffer);
  expect(view.getBigUint64(0, true)).toBe(9n);
  expect(new TextDecoder().decode(record.subarray(12, 21))).toBe('123456789');
  // The masked checksum of the data, as in crc32c.test.ts.
  expect(view.getUint32(21, true)).toBe(0x2507c60d + 0xa282ead8);
});

test('a record of 24 bytes begins as every event file of TensorFlow does', () => {
  const record = encodeRecord(new Uint8Array(24));
  expect([...record.subarray(0, 12)]).toEqual([24, 0, 0, 0, 0, 0, 0, 0, 0xa3, 0x7f, 0x4b, 0x22]);
});
