import { describe, expect, test } from 'vitest';
import type { Gpu } from '../../src/gpu/device';
import type { Runtime } from '../../src/gpu/runtime';
import {
  linearBackwardInput,
  linearBackwardWeights,
  linearForward,
} from '../../src/kernels/linear';
import { expectClose } from '../reference/expect-close';
import * as twin from '../reference/linear';
import { floats, openRuntime, readFloats, runDispatches } from '../support/run-dispatches';
import {
  type Blocks,
  blocksTensor,
  type LinearSizes,
  layerLayout,
  layersTensor,
  POISON,
  parameterCount,
  randomBlocks,
  randomLayers,
  readBlocks,
  sampleCount,
} from './linear-case';

const TOLERANCE = 2e-6;
const runtime = await openRuntime();

const SHAPES: readonly LinearSizes[] = [
  { inputs: 1, outputs: 1, samples: 1, agents: 1, rows: 1 },
  { inputs: 3, outputs: 5, samples: 7, agents: 3, rows: 2 },
  { inputs: 4, outputs: 64, samples: 33, agents: 1, rows: 5 },
  { inputs: 17, outputs: 48, samples: 50, agents: 3, rows: 1 },
  { inputs: 64, outputs: 64, samples: 130, agents: 1, rows: 1 },
  { inputs: 65, outputs: 9, samples: 259, agents: 3, rows: 3 },
  { inputs: 64, outputs: 2, samples: 518, agents: 1, rows: 1 },
  { inputs: 130, outputs: 129, samples: 67, agents: 1, rows: 1 },
  { inputs: 1, outputs: 127, samples: 3, agents: 2, rows: 1 },
  { inputs: 127, outputs: 1024, samples: 5, agents: 2, rows: 1 },
  { inputs: 1024, outputs: 3, samples: 65, agents: 2, rows: 2 },
  { inputs: 1024, outputs: 1, samples: 259, agents: 1, rows: 1 },
  // Depths in several parts, forward and backward; rows of half a block.
  { inputs: 300, outputs: 40, samples: 70, agents: 2, rows: 1 },
  { inputs: 40, outputs: 300, samples: 70, agents: 1, rows: 1 },
  { inputs: 20, outputs: 12, samples: 3, agents: 2, rows: 17 },
];

/** The runtime of a device on which lanes are samples. */
const bySamples: Runtime = {
  ...runtime,
  gpu: Object.create(runtime.gpu, { subgroupSize: { value: 1 } }) as Gpu,
};

const flat = (blocks: Blocks): number[] => blocks.flat(2);

describe.each(SHAPES)(
  '$inputs -> $outputs, $samples samples, $agents agents, $rows rows',
  (sizes) => {
    const { inputs, outputs, samples, agents, rows } = sizes;
    const layer = layerLayout(inputs, outputs);
    const layers = randomLayers(sizes);
    const count = sampleCount(sizes);
    const layerOf = (block: number): twin.Layer => layers[Math.floor(block / rows)]!;
    const parameters = {
      tensor: layersTensor(runtime, layers),
      count: parameterCount(inputs, outputs),
    };

    test('forward is W x + b', async () => {
      const x = randomBlocks(sizes, inputs, 1);
      const y = blocksTensor(runtime, sizes, outputs);
      const dispatch = linearForward(runtime, {
        ...{ layer, activation: 'identity', parameters, count, y },
        x: blocksTensor(runtime, sizes, inputs, x),
      });
      await runDispatches(runtime, [dispatch]);
      const { blocks, intact } = await readBlocks(runtime, y, samples);
      const expected = x.map((block, b) => block.map((s) => twin.linearForward(layerOf(b), s)));
      expectClose(flat(blocks), flat(expected), TOLERANCE);
      expect(intact).toBe(true);
    });

    test('lanes as neurons and as samples agree to the last bit', async () => {
      const x = blocksTensor(runtime, sizes, inputs, randomBlocks(sizes, inputs, 1));
      const outcomes: Blocks[] = [];
      for (const own of [runtime, bySamples]) {
        const y = blocksTensor(runtime, sizes, outputs);
        const options = { layer, activation: 'tanh', parameters, count, x, y } as const;
        await runDispatches(runtime, [linearForward(own, options)]);
        outcomes.push((await readBlocks(runtime, y, samples)).blocks);
      }
      expect(outcomes[0]).toEqual(outcomes[1]);
    });

    test('backward to the input is W^T d_y where the input is past the bend of relu', async () => {
      const dY = randomBlocks(sizes, outputs, 2);
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
          twin.linearBackwardInput(layerOf(b), d).map((dx, i) => (output[b]![s]![i]! > 0 ? dx : 0)),
        ),
      );
      expectClose(flat(blocks), flat(expected), TOLERANCE);
      expect(intact).toBe(true);
    });

    test.each([1, 3])('backward to the weights is d_y x^T in %d slices', async (slices) => {
      const one = { ...sizes, rows: 1 };
      const [x, dY] = [randomBlocks(one, inputs, 4), randomBlocks(one, outputs, 5)];
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
        const expected = weightGradient(x[agent]!, dY[agent]!);
        const own = sum.slice(layer.weightOffset, layer.biasOffset + outputs);
        expectClose(own, expected, TOLERANCE);
        const around = [
          ...sum.slice(0, layer.weightOffset),
          ...sum.slice(layer.biasOffset + outputs),
        ];
        expect(around.every((value) => value === slices * POISON)).toBe(true);
      }
    });
  },
);

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

/** The weights' gradients row by row, then the biases', summed over the samples. */
function weightGradient(x: readonly twin.Vector[], dY: readonly twin.Vector[]): number[] {
  const total = [...dY[0]!.flatMap(() => x[0]!.map(() => 0)), ...dY[0]!.map(() => 0)];
  for (const [s, d] of dY.entries()) {
    const one = [...twin.linearBackwardWeight(x[s]!, d).flat(), ...twin.linearBackwardBias(d)];
    for (const [p, value] of one.entries()) total[p]! += value;
  }
  return total;
}
