/** Zip archives that are not as they should be. */
import { zipSync } from 'fflate';
import { expect, test } from 'vitest';
import { unzip } from '../../src/formats/zip';

const DIRECTORY_ENTRY = 0x02014b50;

/** Where the directory of an archive begins. */
function directoryOf(bytes: Uint8Array): number {
  const view = new DataView(bytes.buffer);
  return bytes.findIndex(
    (_, at) => at + 4 < bytes.length && view.getUint32(at, true) === DIRECTORY_ENTRY,
  );
}

/** An archive whose directory names the data of its only file, `a`, once more as `b`. */
function overlapping(content: Uint8Array): Uint8Array {
  const bytes = zipSync({ a: [content, { level: 0 }] });
  const begin = directoryOf(bytes);
  const end = bytes.length - 22;
  const again = bytes.slice(begin, end);
  again[46] = 'b'.charCodeAt(0);
  const whole = Uint8Array.of(...bytes.subarray(0, end), ...again, ...bytes.subarray(end));
  const view = new DataView(whole.buffer, whole.length - 22);
  view.setUint16(8, 2, true);
  view.setUint16(10, 2, true);
  view.setUint32(12, 2 * again.length, true);
  return whole;
}

test('files that share their bytes are refused', () => {
  expect(() => unzip(overlapping(new Uint8Array(1000)))).toThrow(
    'has a file b of an impossible size',
  );
});

test('a name outside ASCII is read with and without the mark of UTF-8', () => {
  const bytes = zipSync({ é: Uint8Array.of(1, 2) });
  expect([...unzip(bytes).keys()]).toEqual(['é']);
  const view = new DataView(bytes.buffer);
  const place = directoryOf(bytes) + 8;
  view.setUint16(place, view.getUint16(place, true) & ~2048, true);
  expect([...unzip(bytes).values()]).toEqual([Uint8Array.of(1, 2)]);
});
