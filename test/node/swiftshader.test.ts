import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliCompressSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findChromiumPackage, unpackSwiftShader } from '../../src/node/swiftshader';
import { tarOf } from '../support/tar';

let parent = '';
beforeEach(async () => {
  parent = await mkdtemp(join(tmpdir(), 'lockstep-swiftshader-test-'));
});
afterEach(() => rm(parent, { recursive: true }));

describe('SwiftShader', () => {
  it('comes out of a package’s archive, loader and description side by side', async () => {
    const names = [
      'libvulkan.so.1',
      'libvk_swiftshader.so',
      'vk_swiftshader_icd.json',
      'libEGL.so',
    ];
    const archive = tarOf(names.map((name) => ({ name, body: `body of ${name}` })));
    await writeFile(join(parent, 'swiftshader.tar.br'), brotliCompressSync(archive));
    const files = await unpackSwiftShader({ version: '1.2.3', bin: parent }, parent);
    const folder = join(parent, `lockstep-swiftshader-1.2.3-${process.getuid?.() ?? 'user'}`);
    expect(files).toEqual({
      loader: join(folder, 'libvulkan.so.1'),
      icd: join(folder, 'vk_swiftshader_icd.json'),
    });
    expect(await readFile(files!.icd, 'utf8')).toBe('body of vk_swiftshader_icd.json');
    const driver = await readFile(join(folder, 'libvk_swiftshader.so'), 'utf8');
    expect(driver).toBe('body of libvk_swiftshader.so');
  });
});

const installed = findChromiumPackage();

describe.skipIf(!installed)(
  `the installed package${installed ? '' : ' (skipped: no @sparticuz/chromium for this platform)'}`,
  () => {
    it('holds a driver that its description finds beside itself', async () => {
      const files = await unpackSwiftShader(installed, parent);
      const description = JSON.parse(await readFile(files!.icd, 'utf8'));
      expect(description.ICD.library_path).toBe('./libvk_swiftshader.so');
      const loader = await readFile(files!.loader);
      expect(loader.toString('latin1', 1, 4)).toBe('ELF');
    });
  },
);
