/** Valid files of other writers. */
import { expect, test } from 'vitest';
import { decodeSafetensors } from '../../src/formats/safetensors';

/** A file with this header and so many bytes of numbers. */
function file(header: unknown, length: number): Uint8Array {
  const text = new TextEncoder().encode(JSON.stringify(header));
  const bytes = new Uint8Array(8 + text.length + length);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(text.length), true);
  bytes.set(text, 8);
  return bytes;
}

const ONE = { dtype: 'F32', shape: [1], data_offsets: [0, 4] };

test('an empty tensor may be listed behind the one that begins where it lies', () => {
  const empty = { dtype: 'F32', shape: [0], data_offsets: [0, 0] };
  const { tensors } = decodeSafetensors(file({ one: ONE, empty }, 4));
  expect(tensors.one!.values).toEqual(Float32Array.of(0));
  expect(tensors.empty!.values).toEqual(new Float32Array());
});

test.each(['F8_E4M3', 'C64', 'constructor'])('a tensor of type %s is skipped', (dtype) => {
  const other = { dtype, shape: [1], data_offsets: [4, 12] };
  const { tensors } = decodeSafetensors(file({ one: ONE, other }, 12));
  expect(Object.keys(tensors)).toEqual(['one']);
});

test('a tensor without a type is refused', () => {
  const other = { shape: [1], data_offsets: [4, 12] };
  expect(() => decodeSafetensors(file({ one: ONE, other }, 12))).toThrow('other has dtype none');
});
