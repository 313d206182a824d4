/** Layers and samples of odd sizes, as the twin wants them and as the device does. */
import { type Runtime, roundUp } from '../../../src/gpu/runtime';
import type {
  LayerLayout,
  ParameterBlock,
  SampleBlock,
  SampleCount,
} from '../../../src/kernels/blocks';
import type { Layer, Vector } from '../../reference/linear';
import { floats, randomFloats, readFloats } from '../../support/run-dispatches';

export interface LinearSizes {
  readonly inputs: number;
  readonly outputs: number;
  readonly samples: number;
  readonly agents: number;
  readonly rows: number;
}

/** A number that no kernel should read into a result or write over. */
export const POISON = 12345;

/** Parameters before and after the layer's own, within an agent's. */
const OFFSET = 3;

export function layerLayout(inputs: number, outputs: number): LayerLayout {
  return { inputs, outputs, weightOffset: OFFSET, biasOffset: OFFSET + inputs * outputs };
}

/** One layer per agent, of weights that keep the outputs near 1. */
export function randomLayers({ inputs, outputs, agents }: LinearSizes): Layer[] {
  return Array.from({ length: agents }, (_, agent) => {
    const numbers = randomFloats((inputs + 1) * outputs, 10 + agent, 1 / Math.sqrt(inputs));
    const weight = Array.from({ length: outputs }, (_, o) =>
      numbers.slice(o * inputs, (o + 1) * inputs),
    );
    return { weight, bias: numbers.slice(inputs * outputs) };
  });
}

/** The layers within larger blocks of parameters. */
export function parameterBlock(runtime: Runtime, layers: readonly Layer[]): ParameterBlock {
  // Another number than POISON: a bias from here, stored in a border, must be seen.
  const poison = Array.from({ length: OFFSET }, () => -777);
  const values = layers.flatMap(({ weight, bias }) => [
    ...poison,
    ...weight.flat(),
    ...bias,
    ...poison,
  ]);
  const count = values.length / layers.length;
  return { tensor: floats(runtime, [layers.length, count], values), count };
}

/** Samples by block (agent · rows + row): [block][sample][field] */
export type Blocks = readonly (readonly Vector[])[];

export function randomBlocks(sizes: LinearSizes, fields: number, seed: number, scale = 1): Blocks {
  return Array.from({ length: sizes.agents * sizes.rows }, (_, block) =>
    Array.from({ length: sizes.samples }, (_, sample) =>
      randomFloats(fields, 1000 * seed + 100 * block + sample, scale),
    ),
  );
}

export function sampleCount({ agents, rows, samples }: LinearSizes): SampleCount {
  return { agents, rows, stride: roundUp(samples, 4) };
}

/**
 * Samples in the middle of a larger tensor, [K][rows][1 + fields + 1][stride].
 * @param padding what the columns past the last sample hold
 */
export function blocksTensor(
  runtime: Runtime,
  sizes: LinearSizes,
  fields: number,
  blocks?: Blocks,
  padding = POISON,
): SampleBlock {
  const { agents, rows, samples } = sizes;
  const { stride } = sampleCount(sizes);
  const poison = Array.from({ length: stride }, () => POISON);
  const row = (block: number, field: number): number[] =>
    Array.from({ length: stride }, (_, s) => (s < samples ? blocks![block]![s]![field]! : padding));
  const values = Array.from({ length: agents * rows }, (_, block) => [
    ...poison,
    ...Array.from({ length: fields }, (_, field) => (blocks ? row(block, field) : poison)).flat(),
    ...poison,
  ]);
  const rowStride = (fields + 2) * stride;
  const tensor = floats(runtime, [agents, rows, fields + 2, stride], values.flat());
  return { tensor, offset: stride, agentStride: rows * rowStride, rowStride };
}

/** The samples, and whether all that lies around them is as it was. */
export async function readBlocks(
  runtime: Runtime,
  { tensor }: Pick<SampleBlock, 'tensor'>,
  samples: number,
): Promise<{ readonly blocks: number[][][]; readonly intact: boolean }> {
  const values = await readFloats(runtime, tensor);
  const [agents, rows, height, stride] = tensor.shape as [number, number, number, number];
  const at = (block: number, row: number, sample: number): number =>
    values[(block * height + row) * stride + sample]!;
  const indices = Array.from({ length: agents * rows }, (_, block) => block);
  const columns = Array.from({ length: stride }, (_, sample) => sample);
  const border = indices.flatMap((block) =>
    columns.flatMap((sample) => [at(block, 0, sample), at(block, height - 1, sample)]),
  );
  return {
    intact: border.every((value) => value === POISON),
    blocks: indices.map((block) =>
      Array.from({ length: samples }, (_, sample) =>
        Array.from({ length: height - 2 }, (_, field) => at(block, 1 + field, sample)),
      ),
    ),
  };
}
