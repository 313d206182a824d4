/** Chooses the kernel for a linear layer's products and divides the work among workgroups. */
import type { ElementType } from '../gpu/arena';
import type { Gpu } from '../gpu/device';
import { profileOf } from '../gpu/profile';
import type { Runtime } from '../gpu/runtime';
import type { LayerLayout, SampleCount } from './linear';
import { matricesPay, productByMatrices, weightsByMatrices } from './matrix-split';

export interface Split {
  readonly shader: string;
  readonly constants: Readonly<Record<string, number>>;
  readonly conditions?: Readonly<Record<string, boolean>>;
  /** Members of the kernel's uniform buffer besides those of the layer. */
  readonly shape: Readonly<Record<string, number>>;
  readonly workgroups: readonly [number, number, number];
}

/** Lanes of a workgroup with one lane per neuron; they must lie in one subgroup. */
const LANES = 8;
/** Samples of a row that such a workgroup processes at a time. */
const BLOCK_QUADS = 2;
/** The fewest samples that make loading a workgroup's weights worthwhile. */
const FEWEST_SAMPLES = 64;

/** `neurons`: the larger side of a layer for products, the smaller one for weight gradients. */
function lanesAreNeurons({ adapter, subgroupSize }: Gpu, neurons: number): boolean {
  return neurons >= profileOf(adapter).minNeuronsByNeuron && subgroupSize >= LANES;
}

/** Divides `total` into the fewest equal shares of at most `most`. */
function share(total: number, most: number): { shares: number; size: number } {
  const shares = Math.ceil(total / most);
  return { shares, size: Math.ceil(total / shares) };
}

/** Groups of LANES fields, groups of LANES depths, and depth tiles: as many as caches hold. */
const MOST_FIELD_GROUPS = 8;
const MOST_DEPTH_GROUPS = 8;
const MOST_DEPTH_TILES = 4;
/** Blocks that outweigh loading the weights, and workgroups to reach before taking several. */
const MOST_BLOCKS = 64;
const FEWEST_BLOCKS = 8;
const WANTED_WORKGROUPS = 8;

function productByNeurons(fields: number, depth: number, count: SampleCount): Split {
  const tiles = share(Math.ceil(fields / LANES), MOST_FIELD_GROUPS);
  const parts = share(Math.ceil(depth / LANES), MOST_DEPTH_GROUPS * MOST_DEPTH_TILES);
  const depthTiles = share(parts.size, MOST_DEPTH_GROUPS);
  const blocks = count.rows * Math.ceil(count.stride / 4 / BLOCK_QUADS);
  const wanted = Math.ceil((blocks * tiles.shares * count.agents) / WANTED_WORKGROUPS);
  const perGroup = Math.max(FEWEST_BLOCKS, Math.min(MOST_BLOCKS, wanted));
  return {
    shader: 'kernels/linear-neurons',
    constants: {
      LANES,
      FIELD_GROUPS: tiles.size,
      DEPTH_GROUPS: depthTiles.size,
      DEPTH_TILES: depthTiles.shares,
    },
    conditions: { several_parts: parts.shares > 1 },
    shape: { blocks: perGroup, parts: parts.shares, one: 1, scale: 1 },
    workgroups: [Math.ceil(blocks / perGroup), tiles.shares, count.agents],
  };
}

/** Lanes of a workgroup along samples and fields, and fields that one lane computes. */
interface Tile {
  readonly SAMPLE_LANES: number;
  readonly FIELD_LANES: number;
  readonly FIELDS_PER_LANE: number;
}

/** Tiles, each with the fewest vec4s of samples that it suits; avoids idle lanes. */
type TileTable = readonly { readonly quads: number; readonly tile: Tile }[];

/** Tiles for heads with few fields. */
const HEAD_TILES: TileTable = [
  { quads: 32, tile: { SAMPLE_LANES: 64, FIELD_LANES: 1, FIELDS_PER_LANE: 4 } },
  { quads: 0, tile: { SAMPLE_LANES: 8, FIELD_LANES: 1, FIELDS_PER_LANE: 4 } },
];

/** Tiles for hidden layers. */
const HIDDEN_TILES: TileTable = [
  { quads: 64, tile: { SAMPLE_LANES: 64, FIELD_LANES: 1, FIELDS_PER_LANE: 16 } },
  { quads: 8, tile: { SAMPLE_LANES: 8, FIELD_LANES: 8, FIELDS_PER_LANE: 8 } },
  { quads: 2, tile: { SAMPLE_LANES: 4, FIELD_LANES: 16, FIELDS_PER_LANE: 4 } },
  { quads: 0, tile: { SAMPLE_LANES: 1, FIELD_LANES: 16, FIELDS_PER_LANE: 4 } },
];

function productBySamples(fields: number, count: SampleCount): Split {
  const table = fields <= 8 ? HEAD_TILES : HIDDEN_TILES;
  const { tile } = table.find(({ quads }) => count.stride / 4 >= quads)!;
  return {
    shader: 'kernels/linear-samples',
    constants: { ...tile },
    shape: { blocks: 0, parts: 0, one: 1, scale: 1 },
    workgroups: [
      Math.ceil(count.stride / 4 / tile.SAMPLE_LANES),
      Math.ceil(fields / (tile.FIELD_LANES * tile.FIELDS_PER_LANE)),
      count.agents * count.rows,
    ],
  };
}

/** Y = W X with `fields` of Y and `depth` of X. */
export interface ProductSize {
  readonly fields: number;
  readonly depth: number;
  /** Power of two by which X is multiplied before it is rounded to half precision. */
  readonly scale: number;
}

/**
 * The split for Y = W X, with Y stored as `yType`. All splits sum in the same order and give
 * bitwise-identical results, except on matrix units, which round W and X to half precision.
 */
export function splitProduct(
  { gpu, matrixUnits }: Pick<Runtime, 'gpu' | 'matrixUnits'>,
  layer: LayerLayout,
  size: ProductSize,
  count: SampleCount,
  yType: ElementType,
): Split {
  const { fields, depth } = size;
  const enough = count.rows * count.stride >= FEWEST_SAMPLES;
  if (enough && matrixUnits && matricesPay(fields, depth)) {
    return productByMatrices(matrixUnits, size, count);
  }
  const wide = Math.max(layer.inputs, layer.outputs);
  // Sums of several parts are stored in Y, which therefore must not round them.
  const exact = yType === 'f32' || depth <= LANES * MOST_DEPTH_GROUPS * MOST_DEPTH_TILES;
  if (enough && exact && lanesAreNeurons(gpu, wide)) return productByNeurons(fields, depth, count);
  return productBySamples(fields, count);
}

/** Groups of LANES outputs (or inputs) per tile, and tiles per workgroup. */
const MOST_GROUPS = 8;
const MOST_TILES = 2;

function shareNeurons(neurons: number): { shares: number; tiles: number; groups: number } {
  const { shares, size } = share(Math.ceil(neurons / LANES), MOST_TILES * MOST_GROUPS);
  const { shares: tiles, size: groups } = share(size, MOST_GROUPS);
  return { shares, tiles, groups };
}

function weightsByNeurons({ inputs, outputs }: LayerLayout, slices: number, agents: number): Split {
  const output = shareNeurons(outputs);
  const input = shareNeurons(inputs);
  return {
    shader: 'kernels/linear-neurons-weights',
    constants: {
      LANES,
      OUTPUT_TILES: output.tiles,
      OUTPUT_GROUPS: output.groups,
      INPUT_TILES: input.tiles,
      INPUT_GROUPS: input.groups,
    },
    shape: { one: 1, scale: 1 },
    workgroups: [output.shares * input.shares, slices, agents],
  };
}

/** Lanes along outputs and inputs of a tile of weights, and outputs and inputs per lane. */
const TILE_CONSTANTS = { OUTPUT_LANES: 8, INPUT_LANES: 8, LANE_OUTPUTS: 8, LANE_INPUTS: 4 };

function weightsByTiles({ inputs, outputs }: LayerLayout, slices: number, agents: number): Split {
  const { OUTPUT_LANES, INPUT_LANES, LANE_OUTPUTS, LANE_INPUTS } = TILE_CONSTANTS;
  const outputTiles = Math.ceil(outputs / (OUTPUT_LANES * LANE_OUTPUTS));
  const inputTiles = Math.ceil(inputs / (INPUT_LANES * LANE_INPUTS));
  return {
    shader: 'kernels/linear-tiles-weights',
    constants: TILE_CONSTANTS,
    shape: { one: 1, scale: 1 },
    workgroups: [outputTiles * inputTiles, slices, agents],
  };
}

/** Lanes along the samples, and 4 × 4 tiles of weights, per workgroup. */
const WEIGHT_CONSTANTS = { SAMPLE_LANES: 8, WEIGHT_TILES: 8 };
const WEIGHT_TILE = 4;

function weightsBySamples({ inputs, outputs }: LayerLayout, slices: number, agents: number): Split {
  const tiles = Math.max(1, Math.ceil(inputs / WEIGHT_TILE)) * Math.ceil(outputs / WEIGHT_TILE);
  return {
    shader: 'kernels/linear-samples-weights',
    constants: WEIGHT_CONSTANTS,
    shape: { one: 1, scale: 1 },
    workgroups: [Math.ceil(tiles / WEIGHT_CONSTANTS.WEIGHT_TILES), slices, agents],
  };
}

/** Sums over slices of the samples. */
export interface SliceSize {
  readonly slices: number;
  /** Power of two by which d_y is multiplied before it is rounded to half precision. */
  readonly scale: number;
}

/** The split for the gradients of a layer's weights. Depends on the layer and the device alone. */
export function splitWeights(
  { gpu, matrixUnits }: Pick<Runtime, 'gpu' | 'matrixUnits'>,
  layer: LayerLayout,
  size: SliceSize,
  agents: number,
): Split {
  const { slices } = size;
  const narrow = Math.min(layer.inputs, layer.outputs);
  if (matrixUnits && matricesPay(layer.inputs, layer.outputs)) {
    return weightsByMatrices(matrixUnits, layer, size, agents);
  }
  if (lanesAreNeurons(gpu, narrow)) return weightsByNeurons(layer, slices, agents);
  if (narrow >= profileOf(gpu.adapter).minNeuronsTiled) {
    return weightsByTiles(layer, slices, agents);
  }
  return weightsBySamples(layer, slices, agents);
}
