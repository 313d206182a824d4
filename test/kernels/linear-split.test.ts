import { describe, expect, test } from 'vitest';
import type { Gpu } from '../../src/gpu/device';
import type { Runtime } from '../../src/gpu/runtime';
import { splitProduct, splitWeights } from '../../src/kernels/linear-split';

type Device = Pick<Runtime, 'gpu' | 'matrixUnits'>;

const adapterOf = (hardware: boolean, subgroupSize: number): Device => ({
  gpu: { adapter: { hardware }, subgroupSize } as unknown as Gpu,
});
const SOFTWARE = adapterOf(false, 8);
const HARDWARE = adapterOf(true, 32);
const layerOf = (inputs: number, outputs: number) => ({
  ...{ inputs, outputs },
  ...{ weightOffset: 0, biasOffset: inputs * outputs },
});
const countOf = (stride: number, rows = 1) => ({ agents: 3, rows, stride });

function forward(device: Device, inputs: number, outputs: number, count = countOf(128)) {
  const size = { fields: outputs, depth: inputs, scale: 1 };
  return splitProduct(device, layerOf(inputs, outputs), size, count, 'f32');
}

describe('lanes are neurons', () => {
  test.each([
    [64, 64],
    [9, 9],
    [4, 64],
    [64, 2],
    [300, 40],
    [40, 300],
    [1024, 1024],
    [65, 129],
  ])('of %d inputs and %d outputs, all of which some workgroup makes', (inputs, outputs) => {
    const { shader, constants, shape, workgroups } = forward(SOFTWARE, inputs, outputs);
    expect(shader).toBe('kernels/linear-neurons');
    const { LANES, FIELD_GROUPS, DEPTH_GROUPS, DEPTH_TILES } = constants as Record<string, number>;
    expect(workgroups[1] * FIELD_GROUPS! * LANES!).toBeGreaterThanOrEqual(outputs);
    expect(shape.parts! * DEPTH_TILES! * DEPTH_GROUPS! * LANES!).toBeGreaterThanOrEqual(inputs);
    // More than that compiles for long and no longer fits the innermost caches.
    expect(Math.max(FIELD_GROUPS!, DEPTH_GROUPS!)).toBeLessThanOrEqual(8);
    expect(DEPTH_TILES).toBeLessThanOrEqual(4);
    // 128 samples are 16 blocks of 8.
    expect(workgroups[0] * shape.blocks!).toBeGreaterThanOrEqual(16);
    expect(workgroups[2]).toBe(3);
  });

  test.each([
    [64, 64],
    [9, 300],
    [300, 9],
    [1024, 1024],
    [136, 400],
  ])('of %d inputs and %d outputs, whose weights some workgroup adds up', (inputs, outputs) => {
    const { shader, constants, workgroups } = splitWeights(
      SOFTWARE,
      layerOf(inputs, outputs),
      { slices: 2, scale: 1 },
      3,
    );
    expect(shader).toBe('kernels/linear-neurons-weights');
    const { LANES, OUTPUT_TILES, OUTPUT_GROUPS, INPUT_TILES, INPUT_GROUPS } = constants as Record<
      string,
      number
    >;
    // As the shader counts them.
    const inputShares = Math.ceil(inputs / (INPUT_TILES! * INPUT_GROUPS! * LANES!));
    const outputShares = Math.ceil(outputs / (OUTPUT_TILES! * OUTPUT_GROUPS! * LANES!));
    expect(workgroups).toEqual([inputShares * outputShares, 2, 3]);
    expect(Math.max(OUTPUT_GROUPS!, INPUT_GROUPS!)).toBeLessThanOrEqual(8);
    expect(OUTPUT_TILES! * INPUT_TILES!).toBeLessThanOrEqual(4);
  });

  test('where rows are short but many', () => {
    const { shape, workgroups } = forward(SOFTWARE, 64, 64, countOf(4, 16));
    expect(workgroups[0] * shape.blocks!).toBeGreaterThanOrEqual(16);
  });
});

describe('lanes are samples', () => {
  test.each<[string, Device, number, number, number]>([
    ['on hardware', HARDWARE, 64, 64, 128],
    ['in subgroups of four', adapterOf(false, 4), 64, 64, 128],
    ['of few inputs and outputs', SOFTWARE, 8, 8, 128],
    ['for few samples', SOFTWARE, 64, 64, 60],
  ])('%s', (_, device, inputs, outputs, stride) => {
    expect(forward(device, inputs, outputs, countOf(stride)).shader).toBe('kernels/linear-samples');
  });

  test.each<[string, number, number, Device]>([
    ['software', 0, 64, SOFTWARE],
    ['software', 4, 64, SOFTWARE],
    ['software', 64, 2, SOFTWARE],
    ['hardware', 0, 64, HARDWARE],
    ['hardware', 64, 47, HARDWARE],
  ])('on %s for weights of %d inputs and %d outputs', (_, inputs, outputs, device) => {
    const { shader } = splitWeights(device, layerOf(inputs, outputs), { slices: 2, scale: 1 }, 3);
    expect(shader).toBe('kernels/linear-samples-weights');
  });
});

test.each([
  [48, 48, 1 * 2],
  [64, 64, 1 * 2],
  [65, 64, 1 * 3],
  [32, 65, undefined],
  [64, 65, 2 * 2],
  [512, 512, 8 * 16],
])('tiles of weights of %d inputs and %d outputs: %d', (inputs, outputs, tiles) => {
  const split = splitWeights(HARDWARE, layerOf(inputs, outputs), { slices: 5, scale: 1 }, 3);
  expect(split.shader === 'kernels/linear-tiles-weights').toBe(tiles !== undefined);
  if (tiles !== undefined) expect(split.workgroups).toEqual([tiles, 5, 3]);
});
