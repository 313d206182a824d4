import { expect, test } from 'vitest';
import { MemorySink, PendingBytes } from '../../src/logging/sink';
import { FullDisk, textOf } from './entries';

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);

test('what waits is appended in one piece and in its order', async () => {
  const pieces: string[] = [];
  const pending = new PendingBytes({
    append: async (bytes) => void pieces.push(new TextDecoder().decode(bytes)),
    close: async () => {},
  });
  for (const text of ['a', 'b', 'c']) pending.add(encode(text));
  const first = pending.flush();
  pending.add(encode('d'));
  await Promise.all([first, pending.flush()]);
  await pending.flush();
  expect(pieces).toEqual(['abcd']);
  pending.add(encode('e'));
  await pending.close();
  expect(pieces).toEqual(['abcd', 'e']);
});

test('nothing is written behind half a record', async () => {
  const disk = new FullDisk(3);
  const pending = new PendingBytes(disk);
  pending.add(encode('ab'));
  await pending.flush();
  pending.add(encode('cd'));
  await expect(pending.flush()).rejects.toThrow('no space left');
  pending.add(encode('e'));
  await expect(pending.flush()).rejects.toThrow('no space left');
  await expect(pending.close()).rejects.toThrow('no space left');
  expect(textOf(disk)).toBe('abc');
  expect(disk.closed).toBe(1);
});

test('a sink in memory keeps copies', async () => {
  const sink = new MemorySink();
  const bytes = encode('ab');
  await sink.append(bytes);
  bytes.fill(0);
  expect(textOf(sink)).toBe('ab');
});
