import { describe, expect, test } from 'vitest';
import { findMatrixUnits, MATRIX_FEATURE } from '../../src/gpu/matrix-units';

const FEATURES = [MATRIX_FEATURE, 'subgroups', 'shader-f16'];
const half = (M: number, N: number, K: number, resultComponentType = 'f32') => ({
  ...{ M, N, K, resultComponentType },
  componentType: 'f16',
});

interface Traits {
  readonly features?: readonly string[];
  readonly sizes?: readonly [number, number];
  readonly configs?: readonly object[] | undefined;
}

function adapterWith({ features = FEATURES, sizes = [32, 32], configs }: Traits): GPUAdapter {
  const [subgroupMinSize, subgroupMaxSize] = sizes;
  const info = { subgroupMinSize, subgroupMaxSize, subgroupMatrixConfigs: configs };
  return { features: new Set(features), info } as unknown as GPUAdapter;
}

test('the largest matrices and the subgroup size are chosen', () => {
  const configs = [half(16, 8, 8), half(16, 16, 16), half(16, 8, 16)];
  const expected = { M: 16, N: 16, K: 16, lanes: 32 };
  expect(findMatrixUnits(adapterWith({ configs }))).toEqual(expected);
});

describe('none are found', () => {
  test.each<[string, Traits]>([
    ['without the feature', { features: FEATURES.slice(1), configs: [half(8, 8, 8)] }],
    ['without half precision', { features: FEATURES.slice(0, 2), configs: [half(8, 8, 8)] }],
    ['if subgroup sizes vary', { sizes: [8, 32], configs: [half(8, 8, 8)] }],
    ['if sums are in half precision', { configs: [half(8, 8, 8, 'f16')] }],
    ['of bytes', { configs: [{ ...half(8, 8, 8, 'u32'), componentType: 'u8' }] }],
    ['with sides that kernels cannot handle', { configs: [half(32, 16, 16), half(16, 4, 16)] }],
    ['if Dawn does not report them', { configs: undefined }],
  ])('%s', (_, traits) => {
    expect(findMatrixUnits(adapterWith(traits))).toBeUndefined();
  });
});
