/**
 * Every shader module by its path under shaders/, except the environments, which bring their own.
 * Made by `npm run generate` from the files there.
 */
import advantagesCombineAdvantages from '../shaders/advantages/combine-advantages.wesl';
import advantagesDiscountedReturns from '../shaders/advantages/discounted-returns.wesl';
import advantagesEnding from '../shaders/advantages/ending.wesl';
import advantagesFusedValues from '../shaders/advantages/fused-values.wesl';
import advantagesGae from '../shaders/advantages/gae.wesl';
import advantagesGaeScan from '../shaders/advantages/gae-scan.wesl';
import advantagesGroup from '../shaders/advantages/group.wesl';
import advantagesGroupAdvantages from '../shaders/advantages/group-advantages.wesl';
import advantagesGroupReturns from '../shaders/advantages/group-returns.wesl';
import advantagesReference from '../shaders/advantages/reference.wesl';
import advantagesScaleRewards from '../shaders/advantages/scale-rewards.wesl';
import distributionsCategorical from '../shaders/distributions/categorical.wesl';
import distributionsDiagonalGaussian from '../shaders/distributions/diagonal-gaussian.wesl';
import distributionsInterface from '../shaders/distributions/interface.wesl';
import distributionsLogStd from '../shaders/distributions/log-std.wesl';
import distributionsMask from '../shaders/distributions/mask.wesl';
import distributionsMultiCategorical from '../shaders/distributions/multi-categorical.wesl';
import distributionsSquashedGaussian from '../shaders/distributions/squashed-gaussian.wesl';
import environmentsInterface from '../shaders/environments/interface.wesl';
import kernelsActivationsElu from '../shaders/kernels/activations/elu.wesl';
import kernelsActivationsIdentity from '../shaders/kernels/activations/identity.wesl';
import kernelsActivationsRelu from '../shaders/kernels/activations/relu.wesl';
import kernelsActivationsSilu from '../shaders/kernels/activations/silu.wesl';
import kernelsActivationsTanh from '../shaders/kernels/activations/tanh.wesl';
import kernelsAdam from '../shaders/kernels/adam.wesl';
import kernelsAdamStep from '../shaders/kernels/adam-step.wesl';
import kernelsGradientNorm from '../shaders/kernels/gradient-norm.wesl';
import kernelsGradientSum from '../shaders/kernels/gradient-sum.wesl';
import kernelsLayerNormBackward from '../shaders/kernels/layer-norm-backward.wesl';
import kernelsLayerNormForward from '../shaders/kernels/layer-norm-forward.wesl';
import kernelsLayerNormSum from '../shaders/kernels/layer-norm-sum.wesl';
import kernelsLinearByNeuron from '../shaders/kernels/linear/by-neuron.wesl';
import kernelsLinearByNeuronWeights from '../shaders/kernels/linear/by-neuron-weights.wesl';
import kernelsLinearBySample from '../shaders/kernels/linear/by-sample.wesl';
import kernelsLinearBySampleWeights from '../shaders/kernels/linear/by-sample-weights.wesl';
import kernelsLinearMatrixUnitsMatrixTile from '../shaders/kernels/linear/matrix-units/matrix-tile.wesl';
import kernelsLinearMatrixUnitsMatrixUnits from '../shaders/kernels/linear/matrix-units/matrix-units.wesl';
import kernelsLinearMatrixUnitsMatrixUnitsWeights from '../shaders/kernels/linear/matrix-units/matrix-units-weights.wesl';
import kernelsLinearProduct from '../shaders/kernels/linear/product.wesl';
import kernelsLinearResultsBackwardInput from '../shaders/kernels/linear/results/backward-input.wesl';
import kernelsLinearResultsForward from '../shaders/kernels/linear/results/forward.wesl';
import kernelsLinearTiledTiledWeights from '../shaders/kernels/linear/tiled/tiled-weights.wesl';
import kernelsLinearWeightGradientSlices from '../shaders/kernels/linear/weight-gradient-slices.wesl';
import kernelsMoments from '../shaders/kernels/moments.wesl';
import kernelsMomentsMerge from '../shaders/kernels/moments-merge.wesl';
import kernelsRunningMoments from '../shaders/kernels/running-moments.wesl';
import libAgent from '../shaders/lib/agent.wesl';
import libAngles from '../shaders/lib/angles.wesl';
import libDivergence from '../shaders/lib/divergence.wesl';
import libFinite from '../shaders/lib/finite.wesl';
import libLanes from '../shaders/lib/lanes.wesl';
import libMoments from '../shaders/lib/moments.wesl';
import libOpaque from '../shaders/lib/opaque.wesl';
import libPermutation from '../shaders/lib/permutation.wesl';
import libRng from '../shaders/lib/rng.wesl';
import libRunningMoments from '../shaders/lib/running-moments.wesl';
import libSigmoid from '../shaders/lib/sigmoid.wesl';
import libStoredF16 from '../shaders/lib/stored/f16.wesl';
import libStoredF32 from '../shaders/lib/stored/f32.wesl';
import libSum from '../shaders/lib/sum.wesl';
import libTree from '../shaders/lib/tree.wesl';
import networkForwardLanePerNeuron from '../shaders/network/forward-lane-per-neuron.wesl';
import networkForwardLanePerSample from '../shaders/network/forward-lane-per-sample.wesl';
import networkNeuronPlaces from '../shaders/network/neuron-places.wesl';
import networkPackedLayout from '../shaders/network/packed-layout.wesl';
import networkPackedWeights from '../shaders/network/packed-weights.wesl';
import networkPackedWeightsPack from '../shaders/network/packed-weights-pack.wesl';
import networkPackedWeightsTranspose from '../shaders/network/packed-weights-transpose.wesl';
import networkPackedWeightsUnpack from '../shaders/network/packed-weights-unpack.wesl';
import networkRegisterMlp from '../shaders/network/register-mlp.wesl';
import rolloutAct from '../shaders/rollout/act.wesl';
import rolloutAdvance from '../shaders/rollout/advance.wesl';
import rolloutDecide from '../shaders/rollout/decide.wesl';
import rolloutEnvReset from '../shaders/rollout/env-reset.wesl';
import rolloutEnvStep from '../shaders/rollout/env-step.wesl';
import rolloutEpisode from '../shaders/rollout/episode.wesl';
import rolloutExecute from '../shaders/rollout/execute.wesl';
import rolloutFaults from '../shaders/rollout/faults.wesl';
import rolloutFusedRollout from '../shaders/rollout/fused-rollout.wesl';
import rolloutNormalizeObservations from '../shaders/rollout/normalize-observations.wesl';
import rolloutRolloutShape from '../shaders/rollout/rollout-shape.wesl';
import rolloutRolloutStart from '../shaders/rollout/rollout-start.wesl';
import rolloutStateSize from '../shaders/rollout/state-size.wesl';
import rolloutTraceStates from '../shaders/rollout/trace-states.wesl';
import trainerReport from '../shaders/trainer/report.wesl';
import trainerSchedule from '../shaders/trainer/schedule.wesl';
import updateCheckUpdate from '../shaders/update/check-update.wesl';
import updateFusedAdam from '../shaders/update/fused-adam.wesl';
import updateFusedGradient from '../shaders/update/fused-gradient.wesl';
import updateFusedGradientSum from '../shaders/update/fused-gradient-sum.wesl';
import updateFusedLoss from '../shaders/update/fused-loss.wesl';
import updateGather from '../shaders/update/gather.wesl';
import updateGatherReturns from '../shaders/update/gather-returns.wesl';
import updateLaneSums from '../shaders/update/lane-sums.wesl';
import updateLossSample from '../shaders/update/loss-sample.wesl';
import updateLossTerms from '../shaders/update/loss-terms.wesl';
import updateMinibatch from '../shaders/update/minibatch.wesl';
import updateNeuronWeights from '../shaders/update/neuron-weights.wesl';
import updatePpoLoss from '../shaders/update/ppo-loss.wesl';
import updateSampleTile from '../shaders/update/sample-tile.wesl';
import updateSampleTurns from '../shaders/update/sample-turns.wesl';
import updateStatistics from '../shaders/update/statistics.wesl';
import updateSubgroupExchange from '../shaders/update/subgroup-exchange.wesl';
import updateTileGradients from '../shaders/update/tile-gradients.wesl';
import updateTileSums from '../shaders/update/tile-sums.wesl';
import updateTransitions from '../shaders/update/transitions.wesl';
import updateUpdateLanePerNeuron from '../shaders/update/update-lane-per-neuron.wesl';
import updateUpdateLanePerSample from '../shaders/update/update-lane-per-sample.wesl';
import updateUpdateTiled from '../shaders/update/update-tiled.wesl';
import updateValueHeadLoss from '../shaders/update/value-head-loss.wesl';

export const SHADER_SOURCES = {
  'advantages/combine-advantages': advantagesCombineAdvantages,
  'advantages/discounted-returns': advantagesDiscountedReturns,
  'advantages/ending': advantagesEnding,
  'advantages/fused-values': advantagesFusedValues,
  'advantages/gae': advantagesGae,
  'advantages/gae-scan': advantagesGaeScan,
  'advantages/group': advantagesGroup,
  'advantages/group-advantages': advantagesGroupAdvantages,
  'advantages/group-returns': advantagesGroupReturns,
  'advantages/reference': advantagesReference,
  'advantages/scale-rewards': advantagesScaleRewards,
  'distributions/categorical': distributionsCategorical,
  'distributions/diagonal-gaussian': distributionsDiagonalGaussian,
  'distributions/interface': distributionsInterface,
  'distributions/log-std': distributionsLogStd,
  'distributions/mask': distributionsMask,
  'distributions/multi-categorical': distributionsMultiCategorical,
  'distributions/squashed-gaussian': distributionsSquashedGaussian,
  'environments/interface': environmentsInterface,
  'kernels/activations/elu': kernelsActivationsElu,
  'kernels/activations/identity': kernelsActivationsIdentity,
  'kernels/activations/relu': kernelsActivationsRelu,
  'kernels/activations/silu': kernelsActivationsSilu,
  'kernels/activations/tanh': kernelsActivationsTanh,
  'kernels/adam': kernelsAdam,
  'kernels/adam-step': kernelsAdamStep,
  'kernels/gradient-norm': kernelsGradientNorm,
  'kernels/gradient-sum': kernelsGradientSum,
  'kernels/layer-norm-backward': kernelsLayerNormBackward,
  'kernels/layer-norm-forward': kernelsLayerNormForward,
  'kernels/layer-norm-sum': kernelsLayerNormSum,
  'kernels/linear/by-neuron': kernelsLinearByNeuron,
  'kernels/linear/by-neuron-weights': kernelsLinearByNeuronWeights,
  'kernels/linear/by-sample': kernelsLinearBySample,
  'kernels/linear/by-sample-weights': kernelsLinearBySampleWeights,
  'kernels/linear/matrix-units/matrix-tile': kernelsLinearMatrixUnitsMatrixTile,
  'kernels/linear/matrix-units/matrix-units': kernelsLinearMatrixUnitsMatrixUnits,
  'kernels/linear/matrix-units/matrix-units-weights': kernelsLinearMatrixUnitsMatrixUnitsWeights,
  'kernels/linear/product': kernelsLinearProduct,
  'kernels/linear/results/backward-input': kernelsLinearResultsBackwardInput,
  'kernels/linear/results/forward': kernelsLinearResultsForward,
  'kernels/linear/tiled/tiled-weights': kernelsLinearTiledTiledWeights,
  'kernels/linear/weight-gradient-slices': kernelsLinearWeightGradientSlices,
  'kernels/moments': kernelsMoments,
  'kernels/moments-merge': kernelsMomentsMerge,
  'kernels/running-moments': kernelsRunningMoments,
  'lib/agent': libAgent,
  'lib/angles': libAngles,
  'lib/divergence': libDivergence,
  'lib/finite': libFinite,
  'lib/lanes': libLanes,
  'lib/moments': libMoments,
  'lib/opaque': libOpaque,
  'lib/permutation': libPermutation,
  'lib/rng': libRng,
  'lib/running-moments': libRunningMoments,
  'lib/sigmoid': libSigmoid,
  'lib/stored/f16': libStoredF16,
  'lib/stored/f32': libStoredF32,
  'lib/sum': libSum,
  'lib/tree': libTree,
  'network/forward-lane-per-neuron': networkForwardLanePerNeuron,
  'network/forward-lane-per-sample': networkForwardLanePerSample,
  'network/neuron-places': networkNeuronPlaces,
  'network/packed-layout': networkPackedLayout,
  'network/packed-weights': networkPackedWeights,
  'network/packed-weights-pack': networkPackedWeightsPack,
  'network/packed-weights-transpose': networkPackedWeightsTranspose,
  'network/packed-weights-unpack': networkPackedWeightsUnpack,
  'network/register-mlp': networkRegisterMlp,
  'rollout/act': rolloutAct,
  'rollout/advance': rolloutAdvance,
  'rollout/decide': rolloutDecide,
  'rollout/env-reset': rolloutEnvReset,
  'rollout/env-step': rolloutEnvStep,
  'rollout/episode': rolloutEpisode,
  'rollout/execute': rolloutExecute,
  'rollout/faults': rolloutFaults,
  'rollout/fused-rollout': rolloutFusedRollout,
  'rollout/normalize-observations': rolloutNormalizeObservations,
  'rollout/rollout-shape': rolloutRolloutShape,
  'rollout/rollout-start': rolloutRolloutStart,
  'rollout/state-size': rolloutStateSize,
  'rollout/trace-states': rolloutTraceStates,
  'trainer/report': trainerReport,
  'trainer/schedule': trainerSchedule,
  'update/check-update': updateCheckUpdate,
  'update/fused-adam': updateFusedAdam,
  'update/fused-gradient': updateFusedGradient,
  'update/fused-gradient-sum': updateFusedGradientSum,
  'update/fused-loss': updateFusedLoss,
  'update/gather': updateGather,
  'update/gather-returns': updateGatherReturns,
  'update/lane-sums': updateLaneSums,
  'update/loss-sample': updateLossSample,
  'update/loss-terms': updateLossTerms,
  'update/minibatch': updateMinibatch,
  'update/neuron-weights': updateNeuronWeights,
  'update/ppo-loss': updatePpoLoss,
  'update/sample-tile': updateSampleTile,
  'update/sample-turns': updateSampleTurns,
  'update/statistics': updateStatistics,
  'update/subgroup-exchange': updateSubgroupExchange,
  'update/tile-gradients': updateTileGradients,
  'update/tile-sums': updateTileSums,
  'update/transitions': updateTransitions,
  'update/update-lane-per-neuron': updateUpdateLanePerNeuron,
  'update/update-lane-per-sample': updateUpdateLanePerSample,
  'update/update-tiled': updateUpdateTiled,
  'update/value-head-loss': updateValueHeadLoss,
} as const;
