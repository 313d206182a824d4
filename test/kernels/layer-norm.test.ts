import { describe, expect, test } from 'vitest';
import { ACTIVATIONS, type Activation } from '../../src/config/choices';
import { roundUp } from '../../src/gpu/runtime';
import { keepsPreActivation } from '../../src/kernels/activations';
import { layerNormBackward, layerNormForward } from '../../src/kernels/layer-norm';
import { ACTIVATION_FUNCTIONS } from '../reference/activations';
import { expectClose } from '../reference/expect-close';
import * as twin from '../reference/layer-norm';
import type { Vector } from '../reference/linear';
import {
  floats,
  openRuntime,
  randomFloats,
  readFloats,
  runDispatches,
} from '../support/run-dispatches';

const TOLERANCE = 1e-5;
const runtime = await openRuntime();

/** Samples by block (agent · rows + row): [block][sample][field] */
type Blocks = readonly (readonly Vector[])[];

interface NormCase {
  readonly rows: number;
  readonly norms: readonly twin.LayerNorm[];
  readonly z: Blocks;
  readonly dA: Blocks;
}

/** Agents of gains and biases of their own; z far from 0 in some fields. */
function randomCase(width: number, samples: number, agents: number, rows: number): NormCase {
  const blocks = (seed: number, offset: number): Blocks =>
    Array.from({ length: agents * rows }, (_, block) =>
      Array.from({ length: samples }, (_, sample) =>
        randomFloats(width, 100_000 * seed + 1000 * block + sample).map((value, f) =>
          Math.fround(value + (f % 3) * offset),
        ),
      ),
    );
  const norms = Array.from({ length: agents }, (_, agent) => ({
    gain: randomFloats(width, 50 + agent),
    bias: randomFloats(width, 70 + agent),
  }));
  return { rows, norms, z: blocks(1, 2), dA: blocks(2, 0) };
}

/** [K][rows][fields][stride], `padding` past the last sample. */
function blocksTensor(blocks: Blocks, rows: number, padding: number) {
  const [width, samples] = [blocks[0]![0]!.length, blocks[0]!.length];
  const stride = roundUp(samples, 4);
  const values = blocks.flatMap((block) =>
    Array.from({ length: width }, (_, f) =>
      Array.from({ length: stride }, (_, s) => block[s]?.[f] ?? padding),
    ).flat(),
  );
  return floats(runtime, [blocks.length / rows, rows, width, stride], values);
}

/** A tensor's columns [block][sample][field], and those of the padding. */
function columnsOf(values: readonly number[], blocks: Blocks) {
  const [width, samples] = [blocks[0]![0]!.length, blocks[0]!.length];
  const stride = roundUp(samples, 4);
  const columns = blocks.map((_, block) =>
    Array.from({ length: stride }, (_, s) =>
      Array.from({ length: width }, (_, f) => values[(block * width + f) * stride + s]!),
    ),
  );
  return {
    samples: columns.map((own) => own.slice(0, samples)),
    padding: columns.flatMap((own) => own.slice(samples)).flat(),
  };
}

/** Forward and backward on the device; `trained` false leaves z as it is. */
async function device({ rows, norms, z, dA }: NormCase, activation: Activation, trained = true) {
  const width = z[0]![0]!.length;
  // Parameters before, between and after, which nobody may read.
  const packed = norms.flatMap(({ gain, bias }) => [777, ...gain, 777, 777, ...bias, 777]);
  const count = 2 * width + 4;
  const parameters = { tensor: floats(runtime, [norms.length, count], packed), count };
  const input = blocksTensor(z, rows, 0.5);
  const like = () => floats(runtime, input.shape);
  const [output, preActivation, dZ, dGain] = [like(), like(), like(), like()];
  const [agents, , , stride] = input.shape as [number, number, number, number];
  const shared = {
    norm: { gainOffset: 1, biasOffset: width + 3 },
    parameters,
    count: { agents, rows, stride },
  };
  const inverseStd = floats(runtime, [agents, rows, stride]);
  const kept = trained ? { inverseStd, preActivation } : undefined;
  const forward = layerNormForward(runtime, { ...shared, activation, z: input, y: output, kept });
  const backward = layerNormBackward(runtime, {
    ...{ ...shared, inverseStd, dZ, dGain },
    normalized: input,
    dA: blocksTensor(dA, rows, 0),
  });
  await runDispatches(runtime, trained ? [forward, backward] : [forward]);
  const read = async (tensor: typeof output) => columnsOf(await readFloats(runtime, tensor), z);
  return {
    y: await read(output),
    z: await read(input),
    preActivation: await read(preActivation),
    dZ: await read(dZ),
    dGain: await read(dGain),
  };
}

/** The same by the twin, [block][sample][field] each. */
function expected({ rows, norms, z, dA }: NormCase, activation: Activation) {
  const each = (one: (norm: twin.LayerNorm, sample: Vector, d: Vector) => number[]): Blocks =>
    z.map((block, b) =>
      block.map((sample, s) => one(norms[Math.floor(b / rows)]!, sample, dA[b]![s]!)),
    );
  return {
    y: each((norm, sample) =>
      twin.layerNormForward(norm, sample).map(ACTIVATION_FUNCTIONS[activation].value),
    ),
    xHat: each((_, sample) => twin.normalize(sample).xHat),
    preActivation: each((norm, sample) => twin.layerNormForward(norm, sample)),
    dZ: each((norm, sample, d) => twin.layerNormBackward(norm, sample, d).dZ),
    dGain: each((norm, sample, d) => [...twin.layerNormBackward(norm, sample, d).dNorm.gain]),
  };
}

const flat = (blocks: Blocks): number[] => blocks.flat(2);

describe.each(ACTIVATIONS)('before %s', (activation) => {
  test.each([
    { width: 1, samples: 1, agents: 1, rows: 1 },
    { width: 3, samples: 65, agents: 2, rows: 1 },
    { width: 65, samples: 3, agents: 2, rows: 3 },
    { width: 127, samples: 259, agents: 2, rows: 1 },
    { width: 1024, samples: 33, agents: 2, rows: 2 },
  ])('$width fields, $samples samples, $agents agents, $rows rows', async (sizes) => {
    const { width, samples, agents, rows } = sizes;
    const one = randomCase(width, samples, agents, rows);
    const found = await device(one, activation);
    const { y, xHat, preActivation, dZ, dGain } = expected(one, activation);
    expectClose(flat(found.y.samples), flat(y), TOLERANCE);
    expectClose(flat(found.z.samples), flat(xHat), TOLERANCE, 1);
    expectClose(flat(found.dZ.samples), flat(dZ), TOLERANCE, 1);
    expectClose(flat(found.dGain.samples), flat(dGain), TOLERANCE, 1);
    if (keepsPreActivation(activation)) {
      expectClose(flat(found.preActivation.samples), flat(preActivation), TOLERANCE);
    }
    expect([...found.dZ.padding, ...found.dGain.padding].every((d) => d === 0)).toBe(true);
    expect(found.y.padding.every(Number.isFinite)).toBe(true);
  });

  test('without training the output is the same and the input stays', async () => {
    const one = randomCase(17, 5, 2, 1);
    const [trained, plain] = [await device(one, activation), await device(one, activation, false)];
    expect(plain.y.samples).toEqual(trained.y.samples);
    expect(plain.z.samples).toEqual(one.z);
  });
});

test('an agent and a sample have the same bytes alone and in company', async () => {
  const together = randomCase(127, 67, 3, 2);
  const all = await device(together, 'tanh');
  const alone = { rows: 1, norms: [together.norms[1]!] };
  const [block, sample] = [3, 66];
  const one = await device(
    { ...alone, z: [[together.z[block]![sample]!]], dA: [[together.dA[block]![sample]!]] },
    'tanh',
  );
  for (const what of ['y', 'z', 'dZ', 'dGain'] as const) {
    expect(one[what].samples[0]![0]).toEqual(all[what].samples[block]![sample]);
  }
});

test('a sample whose fields are all the same is its bias', async () => {
  const norms = [{ gain: [2, 2, 2], bias: [1, 0.5, 3] }];
  const constant = { rows: 1, norms, z: [[[4, 4, 4]]], dA: [[[1, 2, 3]]] };
  const found = await device(constant, 'relu');
  expect(flat(found.y.samples)).toEqual([1, 0.5, 3]);
  // h = 2 d_a = (2, 4, 6) less its mean, by 1 / sqrt(1e-5)
  expectClose(flat(found.dZ.samples), [-2 / Math.sqrt(1e-5), 0, 2 / Math.sqrt(1e-5)], 1e-6);
});
