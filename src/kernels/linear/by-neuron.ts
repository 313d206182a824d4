/**
 * A lane has every LANES-th neuron: for adapters that keep arrays in the innermost cache and are
 * slow to load.
 */
import type { Gpu } from '../../gpu/device';
import { profileOf } from '../../gpu/profile';
import {
  hasManySamples,
  type LinearEngine,
  type LinearPlan,
  type ProductRequest,
  type WeightGradientRequest,
} from './engine';

/** Lanes of a workgroup, which must lie in one subgroup. */
const LANES = 8;
/** Samples of a row that it takes at a time. */
const BLOCK_QUADS = 2;

function suits({ adapter, subgroupSize }: Gpu, neurons: number): boolean {
  return neurons >= profileOf(adapter).minNeuronsByNeuron && subgroupSize >= LANES;
}

/** `total` in the fewest equal shares of at most `max`. */
function share(total: number, max: number): { shares: number; size: number } {
  const shares = Math.ceil(total / max);
  return { shares, size: Math.ceil(total / shares) };
}

/** Groups of LANES fields, of LANES depths and tiles of these: what fits the innermost caches. */
const MAX_FIELD_GROUPS = 8;
const MAX_DEPTH_GROUPS = 8;
const MAX_DEPTH_TILES = 4;
/** Blocks that make up for loading the weights, and workgroups that are wanted before. */
const MAX_BLOCKS = 64;
const MIN_BLOCKS = 8;
const WANTED_WORKGROUPS = 8;

function productPlan({ fields, depth, count }: ProductRequest): LinearPlan {
  const tiles = share(Math.ceil(fields / LANES), MAX_FIELD_GROUPS);
  const parts = share(Math.ceil(depth / LANES), MAX_DEPTH_GROUPS * MAX_DEPTH_TILES);
  const depthTiles = share(parts.size, MAX_DEPTH_GROUPS);
  const blocks = count.rows * Math.ceil(count.stride / 4 / BLOCK_QUADS);
  const wanted = Math.ceil((blocks * tiles.shares * count.agents) / WANTED_WORKGROUPS);
  const perGroup = Math.max(MIN_BLOCKS, Math.min(MAX_BLOCKS, wanted));
  return {
    shader: 'kernels/linear/by-neuron',
    constants: {
      LANES,
      FIELD_GROUPS: tiles.size,
      DEPTH_GROUPS: depthTiles.size,
      DEPTH_TILES: depthTiles.shares,
    },
    conditions: { several_parts: parts.shares > 1 },
    shape: { blocks: perGroup, parts: parts.shares, opaque_one: 1, scale: 1 },
    workgroups: [Math.ceil(blocks / perGroup), tiles.shares, count.agents],
  };
}

/** Groups of LANES outputs, or inputs, of a tile, and tiles of a workgroup. */
const MAX_GROUPS = 8;
const MAX_TILES = 2;

function shareNeurons(neurons: number): { shares: number; tiles: number; groups: number } {
  const { shares, size } = share(Math.ceil(neurons / LANES), MAX_TILES * MAX_GROUPS);
  const { shares: tiles, size: groups } = share(size, MAX_GROUPS);
  return { shares, tiles, groups };
}

function weightGradientPlan({ layer, slices, agents }: WeightGradientRequest): LinearPlan {
  const { inputs, outputs } = layer;
  const output = shareNeurons(outputs);
  const input = shareNeurons(inputs);
  return {
    shader: 'kernels/linear/by-neuron-weights',
    constants: {
      LANES,
      OUTPUT_TILES: output.tiles,
      OUTPUT_GROUPS: output.groups,
      INPUT_TILES: input.tiles,
      INPUT_GROUPS: input.groups,
    },
    shape: { opaque_one: 1, scale: 1 },
    workgroups: [output.shares * input.shares, slices, agents],
  };
}

export const byNeuron: LinearEngine = {
  product({ gpu }, request) {
    const { layer, depth, count, yType } = request;
    // Sums of several parts pass through Y, which then must not round them.
    const exact = yType === 'f32' || depth <= LANES * MAX_DEPTH_GROUPS * MAX_DEPTH_TILES;
    const suited =
      hasManySamples(count) && exact && suits(gpu, Math.max(layer.inputs, layer.outputs));
    return suited ? productPlan(request) : undefined;
  },
  weightGradient({ gpu }, request) {
    const { inputs, outputs } = request.layer;
    return suits(gpu, Math.min(inputs, outputs)) ? weightGradientPlan(request) : undefined;
  },
};
