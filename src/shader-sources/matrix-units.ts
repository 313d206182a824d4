/**
 * The shader modules of the group `matrix-units` (groups.ts) by their paths under shaders/.
 * Made by `npm run generate` from the files there.
 */
import kernelsLinearMatrixUnitsMatrixTile from '../../shaders/kernels/linear/matrix-units/matrix-tile.wesl';
import kernelsLinearMatrixUnitsMatrixUnits from '../../shaders/kernels/linear/matrix-units/matrix-units.wesl';
import kernelsLinearMatrixUnitsMatrixUnitsWeights from '../../shaders/kernels/linear/matrix-units/matrix-units-weights.wesl';

export const SHADERS: Readonly<Record<string, string>> = {
  'kernels/linear/matrix-units/matrix-tile': kernelsLinearMatrixUnitsMatrixTile,
  'kernels/linear/matrix-units/matrix-units': kernelsLinearMatrixUnitsMatrixUnits,
  'kernels/linear/matrix-units/matrix-units-weights': kernelsLinearMatrixUnitsMatrixUnitsWeights,
};
