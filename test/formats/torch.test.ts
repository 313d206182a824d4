/** State dicts of torch.save, from archives that are put together here. */

import { readFileSync } from 'node:fs';
import { strToU8, zipSync } from 'fflate';
import { describe, expect, test } from 'vitest';
import { decodeTorch } from '../../src/formats/torch';
import { unzip } from '../../src/formats/zip';

const latin = (text: string): Uint8Array =>
  Uint8Array.from(text, (character) => character.charCodeAt(0));
const unicode = (text: string): string => `X${String.fromCharCode(text.length)}\0\0\0${text}`;
const integer = (value: number): string => `K${String.fromCharCode(value)}`;

interface TensorParts {
  readonly type?: string;
  readonly offset?: number;
  readonly shape: readonly number[];
  readonly strides: readonly number[];
}

/** A pickle of {'w': tensor over storage 0}. */
function pickle({ type = 'Float', offset = 0, shape, strides }: TensorParts): Uint8Array {
  const tuple = (sizes: readonly number[]): string => `(${sizes.map(integer).join('')}t`;
  const place = `${unicode('0')}${unicode('cpu')}${integer(6)}`;
  const storage = `(${unicode('storage')}ctorch\n${type}Storage\n${place}tQ`;
  const hooks = 'ccollections\nOrderedDict\n)R';
  const args = `(${storage}${integer(offset)}${tuple(shape)}${tuple(strides)}\x89${hooks}t`;
  return latin(`\x80\x02}${unicode('w')}ctorch._utils\n_rebuild_tensor_v2\n${args}Rs.`);
}

const NUMBERS = new Uint8Array(Float32Array.of(1, 2, 3, 4, 5, 6).buffer);

const archive = (parts: TensorParts, files: Readonly<Record<string, Uint8Array>> = {}) =>
  zipSync({ 'm/data.pkl': pickle(parts), 'm/data/0': NUMBERS, ...files });

const read = (parts: TensorParts, files?: Readonly<Record<string, Uint8Array>>) =>
  decodeTorch(archive(parts, files)).get('w');

test('a tensor has its numbers in order, whatever its strides', () => {
  const values = (offset: number, shape: readonly number[], strides: readonly number[]) => [
    ...read({ offset, shape, strides })!.values,
  ];
  expect(values(0, [2, 3], [3, 1])).toEqual([1, 2, 3, 4, 5, 6]);
  expect(values(0, [3, 2], [1, 3])).toEqual([1, 4, 2, 5, 3, 6]);
  expect(values(2, [2], [2])).toEqual([3, 5]);
  expect(values(5, [], [])).toEqual([6]);
});

test('float64 is rounded, and other types are left out', () => {
  const doubles = new Uint8Array(Float64Array.of(0.1, 2, 3).buffer);
  const parts = { type: 'Double', shape: [3], strides: [1] };
  expect([...read(parts, { 'm/data/0': doubles })!.values]).toEqual([Math.fround(0.1), 2, 3]);
  expect(read({ type: 'Long', shape: [3], strides: [1] })).toBeUndefined();
});

describe('is refused:', () => {
  test.each<[string, TensorParts, Record<string, Uint8Array>, string]>([
    ['more than the storage', { shape: [7], strides: [1] }, {}, 'larger than its storage'],
    ['steps beyond the storage', { shape: [2], strides: [6] }, {}, 'larger than its storage'],
    ['one number for many', { shape: [200], strides: [0] }, {}, 'more numbers than its storage'],
    ['shape without strides', { shape: [2, 3], strides: [1] }, {}, 'larger than its storage'],
    [
      'another byte order',
      { shape: [1], strides: [1] },
      { 'm/byteorder': strToU8('big') },
      'has numbers that are not little-endian',
    ],
    [
      'a type that is not plain weights',
      { type: 'Odd', shape: [1], strides: [1] },
      {},
      'has a pickle that imports torch.OddStorage',
    ],
  ])('%s', (_, parts, files, message) => {
    expect(() => read(parts, files)).toThrow(message);
  });

  test('a missing storage', () => {
    const bytes = zipSync({ 'm/data.pkl': pickle({ shape: [1], strides: [1] }) });
    expect(() => decodeTorch(bytes)).toThrow('has no file data/0, which holds w');
  });

  test('an archive without a pickle', () => {
    expect(() => decodeTorch(zipSync({ 'm/data/0': NUMBERS }))).toThrow('has no data.pkl');
  });

  test('what is no archive', () => {
    expect(() => unzip(new Uint8Array(100))).toThrow('is no complete zip archive');
  });

  test('a file that has changed', () => {
    const bytes = zipSync({ a: [NUMBERS, { level: 0 }] });
    const at = bytes.findIndex((_, index) => bytes[index] === 0x80 && bytes[index + 1] === 0x3f);
    bytes[at] = 0x81;
    expect(() => unzip(bytes)).toThrow('is damaged: the checksum of a is not that of its bytes');
  });

  test('a file that claims to be larger than it can be', () => {
    const bytes = zipSync({ a: NUMBERS });
    const view = new DataView(bytes.buffer);
    // The directory's entry: its signature, then the sizes 20 bytes on.
    const entry = bytes.findIndex(
      (_, at) => at + 4 < bytes.length && view.getUint32(at, true) === 0x02014b50,
    );
    view.setUint32(entry + 24, 4_000_000_000, true);
    expect(() => unzip(bytes)).toThrow('has a file a of an impossible size');
  });
});

describe('of a hostile pickle', () => {
  const file = (text: string) =>
    zipSync({ 'm/data.pkl': latin(`\x80\x02${text}.`), 'm/data/0': NUMBERS });
  const rebuild = (storageKey: string) => {
    const place = `${storageKey}${unicode('cpu')}${integer(6)}`;
    const storage = `(${unicode('storage')}ctorch\nFloatStorage\n${place}tQ`;
    return `ctorch._utils\n_rebuild_tensor_v2\n(${storage}K\0))\x89NtR`;
  };
  /** x = (x, x), nested; so deep that its text could never be written. */
  const nested = `)${'q\0h\0\x86'.repeat(40)}`;

  test('a name that is no text is refused', () => {
    expect(() => decodeTorch(file(`}${'(K\x01K\x02t'}Ns`))).toThrow('holds no state dict');
  });

  test('a storage key that is no text is refused', () => {
    const bytes = file(`}${unicode('w')}${rebuild(integer(0))}s`);
    expect(() => decodeTorch(bytes)).toThrow('has no storage of w');
  });

  test('a module that is no text is refused', () => {
    expect(() => decodeTorch(file(`K\x01K\x02\x93`))).toThrow('imports what is no text');
  });

  test('nested tuples take no time', () => {
    expect(() => decodeTorch(file(`}${nested}Ns`))).toThrow('holds no state dict');
  });

  test('a parameter in a parameter is left out', () => {
    const deep = 20_000;
    const begin = 'ctorch._utils\n_rebuild_parameter\n'.repeat(deep);
    const bytes = file(`}${unicode('w')}${begin}${rebuild(unicode('0'))}${'\x85R'.repeat(deep)}s`);
    expect(decodeTorch(bytes).size).toBe(0);
    const once = 'ctorch._utils\n_rebuild_parameter\n';
    const plain = file(`}${unicode('w')}${once}${rebuild(unicode('0'))}\x85Rs`);
    expect([...decodeTorch(plain).get('w')!.values]).toEqual([1]);
  });

  test('a storage may have several names, but not any number of them', () => {
    const named = (count: number) => {
      const whole = rebuild(unicode('0')).replace('K\0))', `K\0${integer(6)}\x85${integer(1)}\x85`);
      const items = Array.from({ length: count }, (_, index) => `${unicode(`${index}`)}${whole}s`);
      return file(`}${items.join('')}`);
    };
    expect(decodeTorch(named(6)).size).toBe(6);
    expect(() => decodeTorch(named(17))).toThrow('has more numbers than its storages can hold');
  });
});

test('what torch itself wrote is read', () => {
  const tensors = decodeTorch(readFileSync('test/fixtures/sb3/cleanrl.pt'));
  const shapes = [...tensors].map(([name, { shape }]) => [name, shape.join(' x ')]);
  expect(Object.fromEntries(shapes)).toEqual({
    ...{ 'critic.0.weight': '5 x 3', 'critic.0.bias': '5' },
    ...{ 'critic.2.weight': '1 x 5', 'critic.2.bias': '1' },
    ...{ 'actor_mean.0.weight': '5 x 3', 'actor_mean.0.bias': '5' },
    ...{ 'actor_mean.2.weight': '1 x 5', 'actor_mean.2.bias': '1' },
    actor_logstd: '1 x 1',
  });
});
