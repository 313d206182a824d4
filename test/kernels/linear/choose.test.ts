import { describe, expect, test } from 'vitest';
import type { Gpu } from '../../../src/gpu/device';
import type { Runtime } from '../../../src/gpu/runtime';
import { planProduct, planWeightGradient } from '../../../src/kernels/linear/choose';

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
  const layer = layerOf(inputs, outputs);
  return planProduct(device, {
    ...{ layer, fields: outputs, depth: inputs, scale: 1, count, yType: 'f32' },
  });
}

function weightGradient(device: Device, inputs: number, outputs: number) {
  return planWeightGradient(device, {
    ...{ layer: layerOf(inputs, outputs), slices: 2, scale: 1, agents: 3 },
  });
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
    expect(shader).toBe('kernels/linear/by-neuron');
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
    const { shader, constants, workgroups } = weightGradient(SOFTWARE, inputs, outputs);
    expect(shader).toBe('kernels/linear/by-neuron-weights');
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
    expect(forward(device, inputs, outputs, countOf(stride)).shader).toBe(
      'kernels/linear/by-sample',
    );
  });

  test.each<[string, number, number, Device]>([
    ['software', 0, 64, SOFTWARE],
    ['software', 4, 64, SOFTWARE],
    ['software', 64, 2, SOFTWARE],
    ['hardware', 0, 64, HARDWARE],
    ['hardware', 64, 47, HARDWARE],
  ])('on %s for weights of %d inputs and %d outputs', (_, inputs, outputs, device) => {
    const { shader } = weightGradient(device, inputs, outputs);
    expect(shader).toBe('kernels/linear/by-sample-weights');
  });
});

test.each([
  [48, 48, true],
  [64, 64, true],
  [65, 64, true],
  [32, 65, false],
  [512, 512, true],
])('tiles of the weights of %d inputs and %d outputs: %s', (inputs, outputs, tiled) => {
  const { shader, constants, workgroups } = weightGradient(HARDWARE, inputs, outputs);
  expect(shader === 'kernels/linear/tiled/tiled-weights').toBe(tiled);
  if (!tiled) return;
  const { OUTPUT_LANES, INPUT_LANES, LANE_OUTPUTS, LANE_INPUTS } = constants as Record<
    string,
    number
  >;
  // As the shader counts them.
  const tiles =
    Math.ceil(outputs / (OUTPUT_LANES! * LANE_OUTPUTS!)) *
    Math.ceil(inputs / (INPUT_LANES! * LANE_INPUTS!));
  expect(workgroups).toEqual([tiles, 2, 3]);
});
