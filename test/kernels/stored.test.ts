/**
 * Kernels on tensors in half precision: what they read is read exactly, what they write is rounded.
 */
import { describe, expect, test } from 'vitest';
import type { FloatType, Tensor } from '../../src/gpu/arena';
import type { Gpu } from '../../src/gpu/device';
import { wholeTensor } from '../../src/kernels/blocks';
import { layerNormForward } from '../../src/kernels/layer-norm';
import { planProduct } from '../../src/kernels/linear/choose';
import {
  linearBackwardInput,
  linearBackwardWeights,
  linearForward,
} from '../../src/kernels/linear/linear';
import { MOMENTS_WORDS, momentGroups, moments } from '../../src/kernels/moments';
import { roundHalf } from '../support/half';
import {
  floats,
  halves,
  openRuntime,
  randomFloats,
  readFloats,
  runDispatches,
} from '../support/run-dispatches';

const runtime = await openRuntime();
const TYPES = ['f32', 'f16'] as const;
const [AGENTS, STRIDE] = [2, 68];

/** [K][fields][stride] */
const stored = (type: FloatType, fields: number, values: readonly number[] = []): Tensor =>
  (type === 'f16' ? halves : floats)(runtime, [AGENTS, fields, STRIDE], values);

/** Numbers that half precision has, [K][fields][stride]. */
const exact = (fields: number, seed: number): number[] =>
  randomFloats(AGENTS * fields * STRIDE, seed).map(roundHalf);

describe.runIf(runtime.gpu.device.features.has('shader-f16'))('in half precision', () => {
  describe.each([
    [5, 3],
    [20, 33],
    [64, 64],
    // Depths in several parts.
    [300, 40],
  ])('a layer of %d inputs and %d outputs', (inputs, outputs) => {
    const layer = { inputs, outputs, weightOffset: 3, biasOffset: 3 + inputs * outputs };
    const count = { agents: AGENTS, rows: 1, stride: STRIDE };
    const parameterCount = 3 + inputs * outputs + outputs;
    const parameters = {
      tensor: floats(
        runtime,
        [AGENTS, parameterCount],
        randomFloats(AGENTS * parameterCount, 1, 1 / Math.sqrt(inputs)),
      ),
      count: parameterCount,
    };

    test.each(['tanh', 'silu'] as const)('forward with %s', async (activation) => {
      const [exactly, rounded] = await Promise.all(
        TYPES.map(async (type) => {
          const y = stored(type, outputs);
          const preActivation = stored(type, outputs);
          const x = wholeTensor(stored(type, inputs, exact(inputs, 2)));
          const own = { layer, activation, parameters, x, y: wholeTensor(y), preActivation, count };
          await runDispatches(runtime, [linearForward(runtime, own)]);
          return [...(await readFloats(runtime, y)), ...(await readFloats(runtime, preActivation))];
        }),
      );
      expect(rounded).toEqual(exactly!.map(roundHalf));
      expect(rounded).not.toEqual(exactly);
    });

    test.each(['tanh', 'silu'] as const)('backward to an input that is %s', async (activation) => {
      const dY = wholeTensor(
        floats(
          runtime,
          [AGENTS, outputs, STRIDE],
          randomFloats(AGENTS * outputs * STRIDE, 3, 1e-6),
        ),
      );
      const [one, other] = await Promise.all(
        TYPES.map(async (type) => {
          const dX = stored('f32', inputs);
          const [output, preActivation] = [4, 5].map((seed) =>
            stored(type, inputs, exact(inputs, seed)),
          );
          const own = { layer, activation, parameters, dY, preActivation, count };
          const tensors = { output: output!, dX: wholeTensor(dX) };
          await runDispatches(runtime, [linearBackwardInput(runtime, { ...own, ...tensors })]);
          return readFloats(runtime, dX);
        }),
      );
      expect(other).toEqual(one);
      expect(other!.some((value) => value !== 0)).toBe(true);
    });

    test('backward to the weights', async () => {
      const dY = wholeTensor(stored('f32', outputs, exact(outputs, 6)));
      const [one, other] = await Promise.all(
        TYPES.map(async (type) => {
          const slices = 2;
          const partials = floats(runtime, [AGENTS, slices, parameterCount]);
          const x = wholeTensor(stored(type, inputs, exact(inputs, 7)));
          const own = { layer, dY, x, partials, slices, parameterCount, count };
          await runDispatches(runtime, [linearBackwardWeights(runtime, own)]);
          return readFloats(runtime, partials);
        }),
      );
      expect(other).toEqual(one);
      expect(other!.some((value) => value !== 0)).toBe(true);
    });
  });

  test('a normalized layer', async () => {
    const width = 13;
    const norm = { gainOffset: 0, biasOffset: width };
    const parameters = {
      tensor: floats(runtime, [AGENTS, 2 * width], randomFloats(AGENTS * 2 * width, 8)),
      count: 2 * width,
    };
    const count = { agents: AGENTS, rows: 1, stride: STRIDE };
    const shape = [AGENTS, 1, width, STRIDE];
    const [exactly, rounded] = await Promise.all(
      TYPES.map(async (type) => {
        const z = floats(runtime, shape, randomFloats(AGENTS * width * STRIDE, 9));
        const make = type === 'f16' ? halves : floats;
        const [y, preActivation] = [make(runtime, shape), make(runtime, shape)];
        const kept = { inverseStd: floats(runtime, [AGENTS, 1, STRIDE]), preActivation };
        const own = { norm, activation: 'silu', parameters, z, y, kept, count } as const;
        await runDispatches(runtime, [layerNormForward(runtime, own)]);
        return [...(await readFloats(runtime, y)), ...(await readFloats(runtime, preActivation))];
      }),
    );
    expect(rounded).toEqual(exactly!.map(roundHalf));
    expect(rounded).not.toEqual(exactly);
  });

  test('moments', async () => {
    const [one, other] = await Promise.all(
      TYPES.map(async (type) => {
        const values = stored(type, 3, exact(3, 10));
        const partials = floats(runtime, [AGENTS, 3, momentGroups(STRIDE), MOMENTS_WORDS]);
        const merged = floats(runtime, [AGENTS, 3, MOMENTS_WORDS]);
        const places = { rows: 1, columns: STRIDE, rowStride: STRIDE, offset: 0 };
        const fields = { agentStride: 3 * STRIDE, fields: 3, fieldStride: STRIDE };
        const slots = { slots: 3, slot: 0 };
        const options = { agents: AGENTS, values, partials, merged };
        const own = { ...options, ...places, ...fields, ...slots };
        await runDispatches(runtime, moments(runtime, own));
        return readFloats(runtime, merged);
      }),
    );
    expect(other).toEqual(one);
    expect(one![0]).toBe(STRIDE);
  });
});

test('sums of several parts pass through no output that rounds them', () => {
  const gpu = { adapter: { hardware: false }, subgroupSize: 8 } as unknown as Gpu;
  const size = { fields: 40, scale: 1 };
  const count = { agents: 1, rows: 1, stride: 128 };
  const shaderFor = (inputs: number, type: FloatType): string => {
    const layer = { inputs, outputs: 40, weightOffset: 0, biasOffset: 40 * inputs };
    return planProduct({ gpu }, { ...size, layer, depth: inputs, count, yType: type }).shader;
  };
  expect(shaderFor(300, 'f32')).toBe('kernels/linear/by-neuron');
  expect(shaderFor(300, 'f16')).toBe('kernels/linear/by-sample');
  expect(shaderFor(256, 'f16')).toBe('kernels/linear/by-neuron');
});
