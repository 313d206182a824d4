/** What every kernel of a linear layer does, on samples of odd sizes. */
import { expect, test } from 'vitest';
import type { Runtime } from '../../../src/gpu/runtime';
import {
  linearBackwardInput,
  linearBackwardWeights,
  linearForward,
} from '../../../src/kernels/linear/linear';
import { expectClose } from '../../reference/expect-close';
import * as twin from '../../reference/linear';
import { floats, readFloats, runDispatches } from '../../support/run-dispatches';
import {
  type Blocks,
  blocksTensor,
  type LinearSizes,
  layerLayout,
  POISON,
  parameterBlock,
  randomBlocks,
  randomLayers,
  readBlocks,
  sampleCount,
} from './linear-case';

const TOLERANCE = 2e-6;

/** What a kernel makes of a factor before it multiplies. */
export interface Rounding {
  factor(value: number): number;
  /** Standard deviation of the gradients that are given. */
  readonly gradientSize: number;
  /** Of a gradient of one of so many samples. */
  gradient(value: number, samples: number): number;
}

const flat = (blocks: Blocks): number[] => blocks.flat(2);

/** Tests of one layer's products, forward and back. */
export function testLinearLayer(runtime: Runtime, sizes: LinearSizes, rounding: Rounding) {
  const { factor, gradient, gradientSize } = rounding;
  const { inputs, outputs, samples, agents, rows } = sizes;
  const layer = layerLayout(inputs, outputs);
  const layers = randomLayers(sizes);
  const count = sampleCount(sizes);
  const rounded = layers.map(({ weight, bias }) => ({
    weight: weight.map((row) => row.map(factor)),
    bias,
  }));
  const layerOf = (block: number): twin.Layer => rounded[Math.floor(block / rows)]!;
  const roundX = (sample: twin.Vector): number[] => sample.map(factor);
  const roundD = (sample: twin.Vector): number[] =>
    sample.map((value) => gradient(value, rows * count.stride));
  const parameters = parameterBlock(runtime, layers);

  test('forward is W x + b', async () => {
    const x = randomBlocks(sizes, inputs, 1);
    const y = blocksTensor(runtime, sizes, outputs);
    const dispatch = linearForward(runtime, {
      ...{ layer, activation: 'identity', parameters, count, y },
      x: blocksTensor(runtime, sizes, inputs, x),
    });
    await runDispatches(runtime, [dispatch]);
    const { blocks, intact } = await readBlocks(runtime, y, samples);
    const expected = x.map((block, b) =>
      block.map((s) => twin.linearForward(layerOf(b), roundX(s))),
    );
    expectClose(flat(blocks), flat(expected), TOLERANCE);
    expect(intact).toBe(true);
  });

  test('backward to the input is W^T d_y where the input is past the bend of relu', async () => {
    const dY = randomBlocks(sizes, outputs, 2, gradientSize);
    const output = randomBlocks(sizes, inputs, 3);
    const dX = blocksTensor(runtime, sizes, inputs);
    const dispatch = linearBackwardInput(runtime, {
      ...{ layer, activation: 'relu', parameters, count, dX },
      dY: blocksTensor(runtime, sizes, outputs, dY, 0),
      output: blocksTensor(runtime, sizes, inputs, output).tensor,
    });
    await runDispatches(runtime, [dispatch]);
    const { blocks, intact } = await readBlocks(runtime, dX, samples);
    const expected = dY.map((block, b) =>
      block.map((d, s) =>
        twin
          .linearBackwardInput(layerOf(b), roundD(d))
          .map((dx, i) => (output[b]![s]![i]! > 0 ? dx : 0)),
      ),
    );
    expectClose(flat(blocks), flat(expected), TOLERANCE);
    expect(intact).toBe(true);
  });

  test.each([1, 3])('backward to the weights is d_y x^T in %d slices', async (slices) => {
    const one = { ...sizes, rows: 1 };
    const x = randomBlocks(one, inputs, 4);
    const dY = randomBlocks(one, outputs, 5, gradientSize);
    const shape = [agents, slices, parameters.count];
    const poison = Array.from({ length: agents * slices * parameters.count }, () => POISON);
    const partials = floats(runtime, shape, poison);
    const dispatch = linearBackwardWeights(runtime, {
      ...{ layer, partials, slices, parameterCount: parameters.count },
      x: blocksTensor(runtime, one, inputs, x),
      dY: blocksTensor(runtime, one, outputs, dY, 0),
      count: sampleCount(one),
    });
    await runDispatches(runtime, [dispatch]);
    const sums = sumSlices(await readFloats(runtime, partials), slices, parameters.count);
    for (const [agent, sum] of sums.entries()) {
      const expected = [
        ...weightGradient(
          x[agent]!.map(roundX),
          dY[agent]!.map((d) => d.map((value) => gradient(value, count.stride))),
        ),
        ...biasGradient(dY[agent]!),
      ];
      const own = sum.slice(layer.weightOffset, layer.biasOffset + outputs);
      expectClose(own, expected, TOLERANCE);
      const around = [
        ...sum.slice(0, layer.weightOffset),
        ...sum.slice(layer.biasOffset + outputs),
      ];
      expect(around.every((value) => value === slices * POISON)).toBe(true);
    }
  });
}

/** [K][P] of partial sums [K][slices][P] */
function sumSlices(partials: readonly number[], slices: number, count: number): number[][] {
  const agents = partials.length / (slices * count);
  return Array.from({ length: agents }, (_, agent) =>
    Array.from({ length: count }, (_, p) =>
      Array.from({ length: slices }, (_, s) => partials[(agent * slices + s) * count + p]!).reduce(
        (sum, partial) => sum + partial,
        0,
      ),
    ),
  );
}

/** The weights' gradients row by row, summed over the samples. */
function weightGradient(x: readonly twin.Vector[], dY: readonly twin.Vector[]): number[] {
  return sumVectors(dY.map((d, s) => twin.linearBackwardWeight(x[s]!, d).flat()));
}

/** The biases' gradients, summed over the samples. */
function biasGradient(dY: readonly twin.Vector[]): number[] {
  return sumVectors(dY.map(twin.linearBackwardBias));
}

function sumVectors(vectors: readonly twin.Vector[]): number[] {
  return vectors.reduce<number[]>(
    (sum, vector) => vector.map((value, i) => (sum[i] ?? 0) + value),
    [],
  );
}
