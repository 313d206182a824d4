import { describe, expect, test } from 'vitest';
import type { Gpu } from '../../../src/gpu/device';
import type { Runtime } from '../../../src/gpu/runtime';
import { linearForward } from '../../../src/kernels/linear/linear';
import { asHardware } from '../../support/gpu';
import { openRuntime, runDispatches } from '../../support/run-dispatches';
import {
  type Blocks,
  blocksTensor,
  type LinearSizes,
  layerLayout,
  parameterBlock,
  randomBlocks,
  randomLayers,
  readBlocks,
  sampleCount,
} from './linear-case';
import { type Rounding, testLinearLayer } from './linear-products';

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

const onHardware: Runtime = { ...runtime, gpu: asHardware(runtime.gpu) };

const EXACT: Rounding = {
  gradientSize: 1,
  factor: (value) => value,
  gradient: (value) => value,
};

describe.each(SHAPES)(
  '$inputs -> $outputs, $samples samples, $agents agents, $rows rows',
  (sizes) => {
    testLinearLayer(runtime, sizes, EXACT);

    test('lanes as neurons and as samples agree to the last bit', async () => {
      const { inputs, outputs, samples } = sizes;
      const layer = layerLayout(inputs, outputs);
      const parameters = parameterBlock(runtime, randomLayers(sizes));
      const count = sampleCount(sizes);
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
  },
);

describe.each(SHAPES.filter(({ inputs, outputs }) => Math.min(inputs, outputs) >= 48))(
  '$inputs -> $outputs, $samples samples as on a GPU',
  (sizes) => testLinearLayer(onHardware, sizes, EXACT),
);
