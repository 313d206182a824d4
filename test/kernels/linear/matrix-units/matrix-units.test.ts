import { describe, expect, test } from 'vitest';
import type { Gpu } from '../../../../src/gpu/device';
import { planProduct, planWeightGradient } from '../../../../src/kernels/linear/choose';

const UNITS = { M: 8, N: 16, K: 16, lanes: 32 };
const gpu = { adapter: { hardware: true }, subgroupSize: 32 } as unknown as Gpu;
const device = { gpu, matrixUnits: UNITS };
const layerOf = (inputs: number, outputs: number) => ({
  ...{ inputs, outputs },
  ...{ weightOffset: 0, biasOffset: inputs * outputs },
});

function product(inputs: number, outputs: number, stride = 128, rows = 1) {
  const count = { agents: 3, rows, stride };
  const layer = layerOf(inputs, outputs);
  return planProduct(device, {
    ...{ layer, fields: outputs, depth: inputs, scale: 1, count, yType: 'f32' },
  });
}
const weights = (inputs: number, outputs: number) =>
  planWeightGradient(device, {
    ...{ layer: layerOf(inputs, outputs), slices: 2, scale: 1, agents: 3 },
  });

describe('tiles', () => {
  test('of a product cover its fields and samples, row by row', () => {
    // 2 × 2 subgroups of 2 × 4 matrices: 32 fields of 128 samples.
    expect(product(40, 65, 132, 2)).toMatchObject({
      shader: 'kernels/linear/matrix-units/matrix-units',
      constants: { LANES: 32, M: 8, N: 16, K: 16 },
      workgroups: [2, 3, 6],
    });
  });

  test('of the weights cover outputs and inputs in every slice', () => {
    expect(weights(130, 65)).toMatchObject({
      shader: 'kernels/linear/matrix-units/matrix-units-weights',
      workgroups: [3 * 2, 2, 3],
    });
  });

  test('of the largest matrices and what a subgroup lays out fit 16 KiB of workgroup memory', () => {
    const { constants } = planProduct(
      { gpu, matrixUnits: { ...UNITS, M: 16 } },
      {
        ...{ layer: layerOf(64, 64), fields: 64, depth: 64, scale: 1 },
        ...{ count: { agents: 1, rows: 1, stride: 128 }, yType: 'f32' },
      },
    );
    const { M, N, K, DOWN, ACROSS, ALONG, SUBGROUP_ROWS, SUBGROUP_COLUMNS } = constants as Record<
      string,
      number
    >;
    const [rows, columns] = [SUBGROUP_ROWS! * DOWN! * M!, SUBGROUP_COLUMNS! * ACROSS! * N!];
    const blocks = 2 * (rows + columns) * ALONG! * K!;
    expect(blocks + 4 * SUBGROUP_ROWS! * SUBGROUP_COLUMNS! * M! * N!).toBeLessThanOrEqual(16384);
  });
});

describe('lanes make the product', () => {
  test.each([
    ['of fewer than 16 inputs', 15, 64, 128],
    ['of fewer than 16 outputs', 64, 15, 128],
    ['of fewer than 64 samples', 64, 64, 60],
  ])('%s', (_, inputs, outputs, stride) => {
    expect(product(inputs, outputs, stride).shader).toBe('kernels/linear/by-sample');
  });

  test.each([
    [15, 64],
    [64, 15],
    [0, 64],
  ])('for the weights of %d inputs and %d outputs', (inputs, outputs) => {
    expect(weights(inputs, outputs).shader).toBe('kernels/linear/by-sample-weights');
  });
});
