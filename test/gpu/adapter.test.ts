import { describe, expect, test } from 'vitest';
import { adapterKind, describeAdapter } from '../../src/gpu/adapter';

const infoWith = (changes: Partial<GPUAdapterInfo>): GPUAdapterInfo =>
  ({
    ...{
      vendor: 'acme',
      architecture: 'x1',
      device: '',
      description: '',
      isFallbackAdapter: false,
    },
    ...changes,
  }) as GPUAdapterInfo;

const info = (vendor: string, architecture = '', description = ''): GPUAdapterInfo =>
  infoWith({ vendor, architecture, description });

describe('the kind of an adapter', () => {
  test.each([
    // Dawn.
    ['software', info('mesa', 'software', 'llvmpipe: Mesa 25.0.7 (LLVM 15.0.6)')],
    ['software', infoWith({ device: 'SwiftShader Device (Subzero)' })],
    ['software', info('microsoft', '', 'Microsoft Basic Render Driver')],
    ['discrete', info('nvidia', 'hopper', 'NVIDIA H200')],
    ['discrete', info('amd', 'rdna-2', 'AMD Radeon RX 6800 XT (RADV NAVI21)')],
    ['integrated', info('amd', 'gcn-5', 'AMD Radeon Graphics (RADV RENOIR)')],
    ['discrete', info('intel', 'xe-hpg', '')],
    // wgpu reports vendor IDs.
    ['software', info('65541', '', 'llvmpipe (LLVM 15.0.6, 256 bits)')],
    ['software', info('6880', '', 'SwiftShader Device (Subzero)')],
    ['discrete', info('4318', '', 'NVIDIA GeForce RTX 4090')],
    ['integrated', info('4318', '', 'NVIDIA Tegra Orin (nvgpu)')],
    ['integrated', info('32902', '', 'Intel(R) UHD Graphics 620 (KBL GT2)')],
    ['discrete', info('32902', '', 'Intel(R) Arc(tm) A770 Graphics (DG2)')],
    ['integrated', info('4098', '', 'AMD Radeon 780M (RADV PHOENIX)')],
    ['integrated', info('4098', '', 'AMD Radeon(TM) Vega 8 Graphics')],
    ['discrete', info('4098', '', 'AMD Instinct MI300X')],
    ['integrated', info('4203', '', 'Apple M3 Max')],
    // Browsers report vendor and architecture, or nothing.
    ['integrated', info('apple', 'metal-3')],
    ['integrated', info('qualcomm', 'adreno-7xx')],
    ['integrated', info('intel', 'gen-12lp')],
    ['discrete', info('intel', 'xe-2hpg')],
    ['discrete', info('nvidia', 'ampere')],
    ['unknown', info('amd', 'rdna-3')],
    ['unknown', info('', '')],
    ['software', infoWith({ vendor: '', architecture: '', isFallbackAdapter: true })],
  ] as const)('%s: %j', (kind, told) => {
    expect(adapterKind(told)).toBe(kind);
    expect(describeAdapter(told)).toMatchObject({ kind, hardware: kind !== 'software' });
  });
});

describe('the description of an adapter', () => {
  test('has the vendor by name, also if an engine reports its ID', () => {
    expect(describeAdapter(info('4318')).vendor).toBe('nvidia');
    expect(describeAdapter(info('NVIDIA')).vendor).toBe('nvidia');
    expect(describeAdapter(info('99')).vendor).toBe('99');
  });

  test('has the most telling of the names that the adapter reports', () => {
    expect(describeAdapter(infoWith({ description: 'A', device: 'B' })).name).toBe('A');
    expect(describeAdapter(infoWith({ device: 'B' })).name).toBe('B');
    expect(describeAdapter(infoWith({})).name).toBe('x1');
    expect(describeAdapter(infoWith({ architecture: '', vendor: '' })).name).toBe(
      'unnamed adapter',
    );
  });
});
