/**
 * The shader modules of the group `fused` (groups.ts) by their paths under shaders/.
 * Made by `npm run generate` from the files there.
 */
import advantagesFusedValues from '../../shaders/advantages/fused-values.wesl';
import networkForwardLanePerSample from '../../shaders/network/forward-lane-per-sample.wesl';
import networkPackedLayout from '../../shaders/network/packed-layout.wesl';
import networkPackedWeights from '../../shaders/network/packed-weights.wesl';
import networkPackedWeightsPack from '../../shaders/network/packed-weights-pack.wesl';
import networkPackedWeightsTranspose from '../../shaders/network/packed-weights-transpose.wesl';
import networkPackedWeightsUnpack from '../../shaders/network/packed-weights-unpack.wesl';
import networkRegisterMlp from '../../shaders/network/register-mlp.wesl';
import rolloutFusedRollout from '../../shaders/rollout/fused-rollout.wesl';
import updateFusedAdam from '../../shaders/update/fused-adam.wesl';
import updateFusedGradient from '../../shaders/update/fused-gradient.wesl';
import updateFusedGradientSum from '../../shaders/update/fused-gradient-sum.wesl';
import updateFusedLoss from '../../shaders/update/fused-loss.wesl';
import updateSampleTile from '../../shaders/update/sample-tile.wesl';
import updateTileGradients from '../../shaders/update/tile-gradients.wesl';
import updateTileSums from '../../shaders/update/tile-sums.wesl';
import updateUpdateTiled from '../../shaders/update/update-tiled.wesl';

export const SHADERS: Readonly<Record<string, string>> = {
  'advantages/fused-values': advantagesFusedValues,
  'network/forward-lane-per-sample': networkForwardLanePerSample,
  'network/packed-layout': networkPackedLayout,
  'network/packed-weights': networkPackedWeights,
  'network/packed-weights-pack': networkPackedWeightsPack,
  'network/packed-weights-transpose': networkPackedWeightsTranspose,
  'network/packed-weights-unpack': networkPackedWeightsUnpack,
  'network/register-mlp': networkRegisterMlp,
  'rollout/fused-rollout': rolloutFusedRollout,
  'update/fused-adam': updateFusedAdam,
  'update/fused-gradient': updateFusedGradient,
  'update/fused-gradient-sum': updateFusedGradientSum,
  'update/fused-loss': updateFusedLoss,
  'update/sample-tile': updateSampleTile,
  'update/tile-gradients': updateTileGradients,
  'update/tile-sums': updateTileSums,
  'update/update-tiled': updateUpdateTiled,
};
