import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ensureUnpacked, privateCacheFolder, readTar } from '../../src/node/archive';
import { tarOf } from '../support/tar';

let parent = '';
beforeEach(async () => {
  parent = await mkdtemp(join(tmpdir(), 'lockstep-archive-test-'));
});
afterEach(() => rm(parent, { recursive: true }));

describe('a tar archive', () => {
  it('gives its regular files by base name, of any length around a block', () => {
    const bodies = { 'lib/empty': 0, 'lib/odd': 7, 'lib/block': 512, 'lib/more': 513 };
    const entries = Object.entries(bodies).map(([name, size]) => ({
      name,
      body: 'x'.repeat(size),
    }));
    const files = readTar(tarOf(entries));
    expect([...files].map(([name, body]) => [name, body.length])).toEqual([
      ['empty', 0],
      ['odd', 7],
      ['block', 512],
      ['more', 513],
    ]);
  });

  it('leaves folders and links out', () => {
    const folder = { name: 'lib/', body: '', type: '5' };
    const link = { name: 'lib/link', body: '', type: '2' };
    const files = readTar(tarOf([folder, link, { name: 'lib/file', body: 'text' }]));
    expect([...files.keys()]).toEqual(['file']);
  });

  it('fails when it is cut off', () => {
    const archive = tarOf([{ name: 'lib/long', body: 'x'.repeat(600) }]);
    expect(() => readTar(archive.subarray(0, 900))).toThrow('ends within lib/long');
  });
});

describe('the cache folder', () => {
  it('is this user’s alone, and the same on the next call', async () => {
    const folder = await privateCacheFolder('cache', parent);
    expect((await stat(folder)).mode & 0o777).toBe(0o700);
    expect(await privateCacheFolder('cache', parent)).toBe(folder);
    expect(folder).toContain(`cache-${process.getuid?.() ?? 'user'}`);
  });

  it('is a fresh one when others could write the known one', async () => {
    const known = await privateCacheFolder('cache', parent);
    await chmod(known, 0o777);
    expect(await privateCacheFolder('cache', parent)).not.toBe(known);
  });

  it('is a fresh one when the known one is a link', async () => {
    const known = await privateCacheFolder('cache', parent);
    await rm(known, { recursive: true });
    await mkdir(join(parent, 'elsewhere'), { mode: 0o700 });
    await symlink(join(parent, 'elsewhere'), known);
    expect(await privateCacheFolder('cache', parent)).not.toBe(known);
  });
});

describe('unpacking', () => {
  const contents = new Map([
    ['a', Buffer.from('first')],
    ['b', Buffer.from('second')],
    ['c', Buffer.from('unwanted')],
  ]);

  it('writes what is asked for, executable, and leaves no temporary files', async () => {
    await ensureUnpacked(parent, ['a', 'b'], async () => contents);
    expect((await readdir(parent)).sort()).toEqual(['a', 'b']);
    expect(await readFile(join(parent, 'b'), 'utf8')).toBe('second');
    expect((await stat(join(parent, 'a'))).mode & 0o777).toBe(0o755);
  });

  it('happens once, and again for a file that was removed', async () => {
    let unpacked = 0;
    const unpack = async () => {
      unpacked += 1;
      return contents;
    };
    await ensureUnpacked(parent, ['a', 'b'], unpack);
    await ensureUnpacked(parent, ['a', 'b'], unpack);
    expect(unpacked).toBe(1);
    await rm(join(parent, 'a'));
    await ensureUnpacked(parent, ['a', 'b'], unpack);
    expect(unpacked).toBe(2);
    expect(await readFile(join(parent, 'a'), 'utf8')).toBe('first');
  });

  it('may happen several times at once', async () => {
    const all = Array.from({ length: 8 }, () =>
      ensureUnpacked(parent, ['a'], async () => contents),
    );
    await Promise.all(all);
    expect(await readdir(parent)).toEqual(['a']);
  });

  it('names the file that the archive lacks', async () => {
    const unpacked = ensureUnpacked(parent, ['z'], async () => contents);
    await expect(unpacked).rejects.toThrow('does not contain z');
  });
});
