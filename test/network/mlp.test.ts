import { describe, expect, test } from 'vitest';
import { ACTIVATIONS, type Activation } from '../../src/config/choices';
import { roundUp } from '../../src/gpu/runtime';
import { wholeTensor } from '../../src/kernels/blocks';

import { layoutMlp } from '../../src/network/mlp-layout';
import { expectClose } from '../reference/expect-close';
import type { Vector } from '../reference/linear';
import { flattenLayers, type MlpLayer, mlpBackward, mlpForward } from '../reference/mlp';
import {
  floats,
  openRuntime,
  randomFloats,
  readFloats,
  runDispatches,
} from '../support/run-dispatches';

const runtime = await openRuntime();
const [AGENTS, SAMPLES, START] = [2, 37, 5] as const;

/** One network per agent. */
function randomNetworks(widths: readonly number[], layerNorm: boolean): MlpLayer[][] {
  return Array.from({ length: AGENTS }, (_, agent) =>
    widths.slice(1).map((outputs, index) => {
      const inputs = widths[index]!;
      const seed = 100 * agent + index;
      const weights = randomFloats(inputs * outputs, seed, 1 / Math.sqrt(inputs));
      const weight = Array.from({ length: outputs }, (_, o) =>
        weights.slice(o * inputs, (o + 1) * inputs),
      );
      const normed = layerNorm && index < widths.length - 2;
      const norm = {
        gain: randomFloats(outputs, seed + 60),
        bias: randomFloats(outputs, seed + 70),
      };
      return { weight, bias: randomFloats(outputs, seed + 50), ...(normed && { norm }) };
    }),
  );
}

/** Samples [K][M][fields] as a tensor [K][fields][stride], zeros past the last. */
function samplesTensor(samples: readonly (readonly Vector[])[]) {
  const fields = samples[0]![0]!.length;
  const stride = roundUp(SAMPLES, 4);
  const values = samples.flatMap((own) =>
    Array.from({ length: fields }, (_, f) =>
      Array.from({ length: stride }, (_, s) => own[s]?.[f] ?? 0),
    ).flat(),
  );
  return floats(runtime, [AGENTS, fields, stride], values);
}

const randomSamples = (fields: number, seed: number): number[][][] =>
  Array.from({ length: AGENTS }, (_, agent) =>
    Array.from({ length: SAMPLES }, (_, s) => randomFloats(fields, seed + 1000 * agent + s)),
  );

/** Output [K][M][out] and summed gradient [K][P] of a network on the device. */
async function device(
  widths: readonly number[],
  activation: Activation,
  networks: readonly (readonly MlpLayer[])[],
  x: readonly (readonly Vector[])[],
  dY: readonly (readonly Vector[])[],
) {
  const layerNorm = networks[0]!.some(({ norm }) => norm);
  const layout = layoutMlp(widths, activation, START, layerNorm);
  const slices = 2;
  const stride = roundUp(SAMPLES, 4);
  const values = networks.flatMap((own) => [
    ...Array.from({ length: START }, () => 7),
    ...flattenLayers(own),
  ]);
  const parameters = { tensor: floats(runtime, [AGENTS, layout.end], values), count: layout.end };
  const count = { agents: AGENTS, rows: 1, stride };
  const mlp = layout.create(runtime, {
    ...{ name: 'test', parameters, count, trained: true, storage: 'f32' },
  });
  const partials = floats(runtime, [AGENTS, slices, layout.end]);
  const y = floats(runtime, [AGENTS, widths.at(-1)!, stride]);
  const [input, gradient] = [wholeTensor(samplesTensor(x)), wholeTensor(samplesTensor(dY))];
  await runDispatches(runtime, [
    ...mlp.forward(input, wholeTensor(y)),
    ...mlp.backward(gradient),
    ...mlp.weightGradients(input, gradient, { partials, slices }),
  ]);
  const [output, sums] = [await readFloats(runtime, y), await readFloats(runtime, partials)];
  return networks.map((_, agent) => ({
    output: Array.from({ length: SAMPLES }, (_, s) =>
      dY[0]![0]!.map((_, o) => output[(agent * widths.at(-1)! + o) * stride + s]!),
    ),
    gradient: Array.from({ length: layout.end }, (_, p) =>
      [0, 1].reduce((sum, slice) => sum + sums[(agent * slices + slice) * layout.end + p]!, 0),
    ).slice(START),
  }));
}

/** Outputs and gradients of random networks on the device are those of the twin. */
async function expectTwin(
  widths: readonly number[],
  activation: Activation,
  layerNorm: boolean,
  tolerance: number,
): Promise<void> {
  const networks = randomNetworks(widths, layerNorm);
  const x = randomSamples(widths[0]!, 1);
  const dY = randomSamples(widths.at(-1)!, 2);
  const found = await device(widths, activation, networks, x, dY);
  for (const [agent, layers] of networks.entries()) {
    const traces = x[agent]!.map((sample) => mlpForward(layers, sample, activation));
    const outputs = traces.flatMap(({ output }) => output);
    expectClose(found[agent]!.output.flat(), outputs, tolerance);
    const gradient = flattenLayers(layers).map(() => 0);
    for (const [s, trace] of traces.entries()) {
      const { dLayers } = mlpBackward(layers, trace, dY[agent]![s]!, activation);
      for (const [p, d] of flattenLayers(dLayers).entries()) gradient[p]! += d;
    }
    expectClose(found[agent]!.gradient, gradient, tolerance);
  }
}

const WIDTHS = [
  { widths: [3, 2] },
  { widths: [5, 33, 1] },
  { widths: [4, 17, 9, 21, 6] },
  { widths: [3, 65, 1, 127, 3, 2] },
];

describe.each(ACTIVATIONS)('a network with %s', (activation) => {
  test.each(WIDTHS)('of widths $widths has the outputs and gradients of the twin', ({ widths }) =>
    expectTwin(widths, activation, false, 2e-6),
  );

  test.each(WIDTHS)('and so has that of widths $widths with normalized layers', ({ widths }) =>
    expectTwin(widths, activation, true, 1e-5),
  );
});

test.each([
  { widths: [2, 1024, 1], layerNorm: false },
  { widths: [127, 1024, 3], layerNorm: false },
  { widths: [3, 1024, 65, 2], layerNorm: true },
])('wide networks have them too: $widths, normalized $layerNorm', ({ widths, layerNorm }) =>
  expectTwin(widths, 'silu', layerNorm, 1e-5),
);

test('parameters lie layer by layer, normalizations behind the biases', () => {
  const { layers, end } = layoutMlp([2, 3, 1], 'tanh', 10, true);
  expect(layers).toEqual([
    {
      ...{ inputs: 2, outputs: 3, weightOffset: 10, biasOffset: 16 },
      norm: { gainOffset: 19, biasOffset: 22 },
    },
    { inputs: 3, outputs: 1, weightOffset: 25, biasOffset: 28, norm: null },
  ]);
  expect(end).toBe(29);
});
