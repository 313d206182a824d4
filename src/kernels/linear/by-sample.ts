/**
 * A lane has four samples, in tiles of samples and fields: for layers and samples of any number, on
 * any device.
 */
import type { LinearEngine, LinearPlan, ProductRequest, WeightGradientRequest } from './engine';

/** Lanes of a workgroup over samples and fields, and fields that one lane makes. */
interface Tile {
  readonly SAMPLE_LANES: number;
  readonly FIELD_LANES: number;
  readonly FIELDS_PER_LANE: number;
}

/**
 * Tiles by the least number of vec4s of samples they are for: idle lanes are the waste to avoid.
 */
type TileTable = readonly { readonly quads: number; readonly tile: Tile }[];

/** For heads of a few fields. */
const HEAD_TILES: TileTable = [
  { quads: 32, tile: { SAMPLE_LANES: 64, FIELD_LANES: 1, FIELDS_PER_LANE: 4 } },
  { quads: 0, tile: { SAMPLE_LANES: 8, FIELD_LANES: 1, FIELDS_PER_LANE: 4 } },
];

/** For hidden layers. */
const HIDDEN_TILES: TileTable = [
  { quads: 64, tile: { SAMPLE_LANES: 64, FIELD_LANES: 1, FIELDS_PER_LANE: 16 } },
  { quads: 8, tile: { SAMPLE_LANES: 8, FIELD_LANES: 8, FIELDS_PER_LANE: 8 } },
  { quads: 2, tile: { SAMPLE_LANES: 4, FIELD_LANES: 16, FIELDS_PER_LANE: 4 } },
  { quads: 0, tile: { SAMPLE_LANES: 1, FIELD_LANES: 16, FIELDS_PER_LANE: 4 } },
];

function productPlan({ fields, count }: ProductRequest): LinearPlan {
  const table = fields <= 8 ? HEAD_TILES : HIDDEN_TILES;
  const { tile } = table.find(({ quads }) => count.stride / 4 >= quads)!;
  return {
    shader: 'kernels/linear/by-sample',
    constants: { ...tile },
    shape: { blocks: 0, parts: 0, opaque_one: 1, scale: 1 },
    workgroups: [
      Math.ceil(count.stride / 4 / tile.SAMPLE_LANES),
      Math.ceil(fields / (tile.FIELD_LANES * tile.FIELDS_PER_LANE)),
      count.agents * count.rows,
    ],
  };
}

/** Lanes over samples, and 4 × 4 tiles of weights, in one workgroup. */
const WEIGHT_CONSTANTS = { SAMPLE_LANES: 8, WEIGHT_TILES: 8 };
const WEIGHT_TILE = 4;

function weightGradientPlan({ layer, slices, agents }: WeightGradientRequest): LinearPlan {
  const { inputs, outputs } = layer;
  const tiles = Math.max(1, Math.ceil(inputs / WEIGHT_TILE)) * Math.ceil(outputs / WEIGHT_TILE);
  return {
    shader: 'kernels/linear/by-sample-weights',
    constants: WEIGHT_CONSTANTS,
    shape: { opaque_one: 1, scale: 1 },
    workgroups: [Math.ceil(tiles / WEIGHT_CONSTANTS.WEIGHT_TILES), slices, agents],
  };
}

export const bySample = {
  product: (_, request) => productPlan(request),
  weightGradient: (_, request) => weightGradientPlan(request),
} satisfies LinearEngine;
