/** How workgroups share a linear layer's products on matrix units. */
import type { MatrixUnits } from '../../../gpu/matrix-units';
import {
  hasManySamples,
  type LinearEngine,
  type LinearPlan,
  type ProductRequest,
  type WeightGradientRequest,
} from '../engine';

/**
 * Neurons on a layer's smaller side from which matrix units are worth it; not measured on hardware.
 */
export const MIN_NEURONS = 16;
/**
 * Matrices of a subgroup, and along the sum of a block; subgroups of a workgroup. Blocks and
 * patches of 16 × 16 matrices fill 16 KiB of workgroup memory.
 */
const TILE = { DOWN: 2, ACROSS: 4, ALONG: 2, SUBGROUP_ROWS: 2, SUBGROUP_COLUMNS: 2 };

/** For shaders/kernels/linear/matrix-units/matrix-tile.wesl. */
function tileConstants({ M, N, K, lanes }: MatrixUnits): Record<string, number> {
  return { LANES: lanes, M, N, K, ...TILE };
}

/** Rows and columns of a workgroup's tile. */
function tileSize({ M, N }: MatrixUnits): { rows: number; columns: number } {
  const { DOWN, ACROSS, SUBGROUP_ROWS, SUBGROUP_COLUMNS } = TILE;
  return { rows: SUBGROUP_ROWS * DOWN * M, columns: SUBGROUP_COLUMNS * ACROSS * N };
}

/** Whether a layer of so many inputs and outputs is worth running on matrix units. */
export function matricesPay(inputs: number, outputs: number): boolean {
  return Math.min(inputs, outputs) >= MIN_NEURONS;
}

function productPlan(units: MatrixUnits, request: ProductRequest): LinearPlan {
  const { fields, scale, count } = request;
  const { agents, rows, stride } = count;
  const tile = tileSize(units);
  return {
    shader: 'kernels/linear/matrix-units/matrix-units',
    constants: tileConstants(units),
    shape: { blocks: 0, parts: 0, opaque_one: 1, scale },
    workgroups: [Math.ceil(stride / tile.columns), Math.ceil(fields / tile.rows), agents * rows],
  };
}

function weightGradientPlan(units: MatrixUnits, request: WeightGradientRequest): LinearPlan {
  const { layer, slices, scale, agents } = request;
  const tile = tileSize(units);
  const tiles = Math.ceil(layer.outputs / tile.rows) * Math.ceil(layer.inputs / tile.columns);
  return {
    shader: 'kernels/linear/matrix-units/matrix-units-weights',
    constants: tileConstants(units),
    shape: { opaque_one: 1, scale },
    workgroups: [tiles, slices, agents],
  };
}

export const matrixUnits: LinearEngine = {
  product({ matrixUnits: units }, request) {
    const { fields, depth, count } = request;
    const suited = hasManySamples(count) && matricesPay(fields, depth);
    return units && suited ? productPlan(units, request) : undefined;
  },
  weightGradient({ matrixUnits: units }, request) {
    const { inputs, outputs } = request.layer;
    return units && matricesPay(inputs, outputs) ? weightGradientPlan(units, request) : undefined;
  },
};
