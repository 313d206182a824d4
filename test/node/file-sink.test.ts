import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { fileSink } from '../../src/node/file-sink';

const folder = mkdtempSync(join(tmpdir(), 'lockstep-sink-'));
afterAll(() => rmSync(folder, { recursive: true }));

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);

test('appends to what is there, and makes the folders of a new file', async () => {
  const path = join(folder, 'a', 'b', 'log');
  for (const text of ['one ', 'two']) {
    const sink = fileSink(path);
    await sink.append(encode(text));
    await sink.append(encode('… '));
    await sink.close();
  }
  expect(readFileSync(path, 'utf8')).toBe('one … two… ');
});

test('makes no file before something is written', async () => {
  const sink = fileSink(join(folder, 'empty'));
  await sink.close();
  expect(() => readFileSync(join(folder, 'empty'))).toThrow('ENOENT');
});

test('a file that cannot be written is named, with the reason of the system', async () => {
  writeFileSync(join(folder, 'file'), '');
  const path = join(folder, 'file', 'log');
  await expect(fileSink(path).append(encode('x'))).rejects.toMatchObject({
    name: 'LogFileError',
    message: expect.stringMatching(/file\/log cannot be written: E\w+: [^']+$/),
  });
});

test.skipIf(process.platform !== 'linux')('a full disk', async () => {
  const sink = fileSink('/dev/full');
  await expect(sink.append(encode('x'))).rejects.toThrow(
    '/dev/full cannot be written: ENOSPC: no space left on device',
  );
  await sink.close();
});

test('a file whose end cannot be written when it is closed', async () => {
  const sink = fileSink('log');
  const close = async () => Promise.reject(new Error('EIO: i/o error, close'));
  Reflect.set(sink, 'handle', { close });
  await expect(sink.close()).rejects.toMatchObject({
    name: 'LogFileError',
    message: 'log cannot be written: EIO: i/o error',
  });
});
