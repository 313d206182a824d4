/** Divides a linear layer's products on matrix units among workgroups. */
import type { MatrixUnits } from '../gpu/matrix-units';
import type { LayerLayout, SampleCount } from './linear';
import type { ProductSize, SliceSize, Split } from './linear-split';

/**
 * The smallest width on both sides that makes matrix units worthwhile; not measured on hardware.
 */
export const FEWEST_NEURONS = 16;
/**
 * Matrices per subgroup, matrices per block along the sum, and subgroups per workgroup. Blocks and
 * patches of 16 × 16 matrices fill 16 KiB of workgroup memory.
 */
const TILE = { DOWN: 2, ACROSS: 4, ALONG: 2, TEAM_ROWS: 2, TEAM_COLUMNS: 2 };

/** Constants of shaders/kernels/matrix-tile.wesl. */
function tileConstants({ M, N, K, lanes }: MatrixUnits): Record<string, number> {
  return { LANES: lanes, M, N, K, ...TILE };
}

/** Rows and columns of a workgroup's tile. */
function tileSize({ M, N }: MatrixUnits): { rows: number; columns: number } {
  const { DOWN, ACROSS, TEAM_ROWS, TEAM_COLUMNS } = TILE;
  return { rows: TEAM_ROWS * DOWN * M, columns: TEAM_COLUMNS * ACROSS * N };
}

/** Whether a layer this wide is worth running on matrix units. */
export function matricesPay(inputs: number, outputs: number): boolean {
  return Math.min(inputs, outputs) >= FEWEST_NEURONS;
}

export function productByMatrices(
  units: MatrixUnits,
  { fields, scale }: ProductSize,
  { agents, rows, stride }: SampleCount,
): Split {
  const tile = tileSize(units);
  return {
    shader: 'kernels/linear-matrices',
    constants: tileConstants(units),
    shape: { blocks: 0, parts: 0, one: 1, scale },
    workgroups: [Math.ceil(stride / tile.columns), Math.ceil(fields / tile.rows), agents * rows],
  };
}

export function weightsByMatrices(
  units: MatrixUnits,
  { inputs, outputs }: LayerLayout,
  { slices, scale }: SliceSize,
  agents: number,
): Split {
  const tile = tileSize(units);
  const tiles = Math.ceil(outputs / tile.rows) * Math.ceil(inputs / tile.columns);
  return {
    shader: 'kernels/linear-matrices-weights',
    constants: tileConstants(units),
    shape: { one: 1, scale },
    workgroups: [tiles, slices, agents],
  };
}
