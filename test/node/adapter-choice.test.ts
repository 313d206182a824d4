import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { AdapterDescription } from '../../src/gpu/adapter';
import {
  adapterName,
  adapterWarnings,
  gpuDeviceFiles,
  preferAdapters,
  sharesCompiledKernels,
} from '../../src/node/adapter-choice';

function described(name: string, hardware: boolean, vendor: string, architecture: string) {
  const kind = hardware ? 'unknown' : 'software';
  const description: AdapterDescription = { name, kind, hardware, vendor, architecture };
  return { description };
}

const swiftshader = described('SwiftShader 5.0.0', false, 'google', 'swiftshader');
const lavapipe = described('lavapipe (llvmpipe: Mesa 25.0.7)', false, 'mesa', 'software');
const nvidia = described('nvidia-h200 (NVIDIA: 570.86)', true, 'nvidia', 'hopper');
const intel = described('intel-arc (Mesa 25.0.7)', true, 'intel', 'xe-hpg');
const all = [swiftshader, lavapipe, nvidia, intel];

describe('what one device compiled is there for another', () => {
  it('on lavapipe alone', () => {
    const sharing = all.filter(({ description }) => sharesCompiledKernels(description, {}));
    expect(sharing).toEqual([lavapipe]);
  });

  it.each([
    ['true', false],
    ['1', false],
    ['false', true],
  ])('with MESA_SHADER_CACHE_DISABLE=%s: %s', (MESA_SHADER_CACHE_DISABLE, shares) => {
    const environment = { MESA_SHADER_CACHE_DISABLE };
    expect(sharesCompiledKernels(lavapipe.description, environment)).toBe(shares);
  });
});

describe('the choice of an adapter', () => {
  it('prefers hardware to lavapipe to SwiftShader, else the platform’s order', () => {
    expect(preferAdapters(all)).toEqual([nvidia, intel, lavapipe, swiftshader]);
  });

  it.each([
    ['hardware', [nvidia, intel]],
    ['lavapipe', [lavapipe]],
    ['swiftshader', [swiftshader]],
    ['NVIDIA', [nvidia]],
    ['Hopper', [nvidia]],
    ['mesa', [intel, lavapipe]],
    ['ARC', [intel]],
    ['radeon', []],
  ])('for the wish %s takes those that fit', (wish, fitting) => {
    expect(preferAdapters(all, wish)).toEqual(fitting);
  });
});

describe('the name of an adapter', () => {
  const information = { device: '', description: '', architecture: '', vendor: '' };
  it.each([
    [
      'llvmpipe-llvm-15',
      'llvmpipe: Mesa 25.0.7-2~bpo12+1 (LLVM 15.0.6) 0.0.1',
      'lavapipe (llvmpipe: Mesa 25.0.7, LLVM 15.0.6)',
    ],
    ['llvmpipe-llvm-15', '', 'lavapipe'],
    ['swiftshader-device-subzero-', 'SwiftShader driver 5.0.0', 'SwiftShader 5.0.0'],
    ['nvidia-h200', 'NVIDIA: 570.86.15', 'nvidia-h200 (NVIDIA: 570.86.15)'],
    ['apple-m1', '', 'apple-m1'],
    ['', '', 'unnamed adapter'],
  ])('of device "%s", driver "%s" is "%s"', (device, description, name) => {
    expect(adapterName({ ...information, device, description } as GPUAdapterInfo)).toBe(name);
  });
});

describe('a GPU that lies idle', () => {
  it('is seen by its device files', async () => {
    const root = await mkdtemp(join(tmpdir(), 'lockstep-dev-test-'));
    await mkdir(join(root, 'dri'));
    const files = ['nvidia0', 'nvidiactl', 'kfd', 'null', 'dri/card0', 'dri/renderD128'];
    for (const file of files) await writeFile(join(root, file), '');
    const seen = gpuDeviceFiles(root).map((path) => path.slice(root.length + 1));
    expect(seen).toEqual(['dri/renderD128', 'kfd', 'nvidia0']);
    await rm(root, { recursive: true });
    expect(gpuDeviceFiles(root)).toEqual([]);
  });

  it('is warned of when a software adapter is used', () => {
    const [warning] = adapterWarnings(lavapipe.description, ['/dev/nvidia0']);
    expect(warning).toContain('a GPU seems to be present (/dev/nvidia0)');
    expect(warning).toContain('lavapipe (llvmpipe: Mesa 25.0.7) is used');
    expect(warning).toContain('NVIDIA_DRIVER_CAPABILITIES');
  });

  it('is not warned of with hardware in use, or without a GPU', () => {
    expect(adapterWarnings(nvidia.description, ['/dev/nvidia0'])).toEqual([]);
    expect(adapterWarnings(lavapipe.description, [])).toEqual([]);
  });
});
