/**
 * The shader modules of the group `layered` (groups.ts) by their paths under shaders/.
 * Made by `npm run generate` from the files there.
 */
import kernelsAdam from '../../shaders/kernels/adam.wesl';
import kernelsGradientSum from '../../shaders/kernels/gradient-sum.wesl';
import kernelsLayerNormBackward from '../../shaders/kernels/layer-norm-backward.wesl';
import kernelsLayerNormForward from '../../shaders/kernels/layer-norm-forward.wesl';
import kernelsLayerNormSum from '../../shaders/kernels/layer-norm-sum.wesl';
import kernelsLinearByNeuron from '../../shaders/kernels/linear/by-neuron.wesl';
import kernelsLinearByNeuronWeights from '../../shaders/kernels/linear/by-neuron-weights.wesl';
import kernelsLinearBySample from '../../shaders/kernels/linear/by-sample.wesl';
import kernelsLinearBySampleWeights from '../../shaders/kernels/linear/by-sample-weights.wesl';
import kernelsLinearProduct from '../../shaders/kernels/linear/product.wesl';
import kernelsLinearResultsBackwardInput from '../../shaders/kernels/linear/results/backward-input.wesl';
import kernelsLinearResultsForward from '../../shaders/kernels/linear/results/forward.wesl';
import kernelsLinearTiledTiledWeights from '../../shaders/kernels/linear/tiled/tiled-weights.wesl';
import kernelsLinearWeightGradientSlices from '../../shaders/kernels/linear/weight-gradient-slices.wesl';
import rolloutAct from '../../shaders/rollout/act.wesl';
import rolloutEnvStep from '../../shaders/rollout/env-step.wesl';
import rolloutRolloutStart from '../../shaders/rollout/rollout-start.wesl';
import updatePpoLoss from '../../shaders/update/ppo-loss.wesl';
import updateValueHeadLoss from '../../shaders/update/value-head-loss.wesl';

export const SHADERS: Readonly<Record<string, string>> = {
  'kernels/adam': kernelsAdam,
  'kernels/gradient-sum': kernelsGradientSum,
  'kernels/layer-norm-backward': kernelsLayerNormBackward,
  'kernels/layer-norm-forward': kernelsLayerNormForward,
  'kernels/layer-norm-sum': kernelsLayerNormSum,
  'kernels/linear/by-neuron': kernelsLinearByNeuron,
  'kernels/linear/by-neuron-weights': kernelsLinearByNeuronWeights,
  'kernels/linear/by-sample': kernelsLinearBySample,
  'kernels/linear/by-sample-weights': kernelsLinearBySampleWeights,
  'kernels/linear/product': kernelsLinearProduct,
  'kernels/linear/results/backward-input': kernelsLinearResultsBackwardInput,
  'kernels/linear/results/forward': kernelsLinearResultsForward,
  'kernels/linear/tiled/tiled-weights': kernelsLinearTiledTiledWeights,
  'kernels/linear/weight-gradient-slices': kernelsLinearWeightGradientSlices,
  'rollout/act': rolloutAct,
  'rollout/env-step': rolloutEnvStep,
  'rollout/rollout-start': rolloutRolloutStart,
  'update/ppo-loss': updatePpoLoss,
  'update/value-head-loss': updateValueHeadLoss,
};
