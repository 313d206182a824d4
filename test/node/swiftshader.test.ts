import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliCompressSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import webgpu from 'webgpu/package.json';
import { unpackSwiftShader } from '../../src/node/swiftshader';
import { tarOf } from '../support/tar';

let parent = '';
beforeEach(async () => {
  parent = await mkdtemp(join(tmpdir(), 'lockstep-swiftshader-test-'));
});
afterEach(() => rm(parent, { recursive: true }));

describe('SwiftShader', () => {
  it('comes out of a package’s archive, as the Vulkan library beside a copy of Dawn', async () => {
    const names = ['libvulkan.so.1', 'libvk_swiftshader.so', 'libEGL.so'];
    const archive = tarOf(names.map((name) => ({ name, body: `body of ${name}` })));
    await writeFile(join(parent, 'swiftshader.tar.br'), brotliCompressSync(archive));
    const files = await unpackSwiftShader({ version: '1.2.3', bin: parent }, parent);
    const { version } = webgpu;
    const name = `lockstep-swiftshader-1.2.3-dawn-${version}-${process.getuid?.() ?? 'user'}`;
    const folder = join(parent, name);
    expect(files).toEqual({ folder, dawn: join(folder, 'dawn.node') });
    const driver = await readFile(join(folder, 'libvulkan.so.1'), 'utf8');
    expect(driver).toBe('body of libvk_swiftshader.so');
    const dawn = await readFile(files!.dawn);
    expect(dawn.toString('latin1', 1, 4)).toBe('ELF');
  });

  it('is refused by name where the archive holds no driver', async () => {
    const archive = tarOf([{ name: 'libEGL.so', body: 'x' }]);
    await writeFile(join(parent, 'swiftshader.tar.br'), brotliCompressSync(archive));
    await expect(unpackSwiftShader({ version: '1.2.3', bin: parent }, parent)).rejects.toThrow(
      'the package @sparticuz/chromium does not contain libvk_swiftshader.so',
    );
  });
});
