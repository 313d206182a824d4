/**
 * The shader modules of the group `common` (groups.ts) by their paths under shaders/.
 * Made by `npm run generate` from the files there.
 */
import advantagesCombineAdvantages from '../../shaders/advantages/combine-advantages.wesl';
import advantagesEnding from '../../shaders/advantages/ending.wesl';
import advantagesGae from '../../shaders/advantages/gae.wesl';
import advantagesGaeScan from '../../shaders/advantages/gae-scan.wesl';
import distributionsCategorical from '../../shaders/distributions/categorical.wesl';
import distributionsInterface from '../../shaders/distributions/interface.wesl';
import distributionsMask from '../../shaders/distributions/mask.wesl';
import environmentsInterface from '../../shaders/environments/interface.wesl';
import kernelsActivationsElu from '../../shaders/kernels/activations/elu.wesl';
import kernelsActivationsIdentity from '../../shaders/kernels/activations/identity.wesl';
import kernelsActivationsRelu from '../../shaders/kernels/activations/relu.wesl';
import kernelsActivationsSilu from '../../shaders/kernels/activations/silu.wesl';
import kernelsActivationsTanh from '../../shaders/kernels/activations/tanh.wesl';
import kernelsAdamStep from '../../shaders/kernels/adam-step.wesl';
import kernelsGradientNorm from '../../shaders/kernels/gradient-norm.wesl';
import kernelsMoments from '../../shaders/kernels/moments.wesl';
import kernelsMomentsMerge from '../../shaders/kernels/moments-merge.wesl';
import libAgent from '../../shaders/lib/agent.wesl';
import libAngles from '../../shaders/lib/angles.wesl';
import libBits from '../../shaders/lib/bits.wesl';
import libBodiesBodies from '../../shaders/lib/bodies/bodies.wesl';
import libBodiesCollide from '../../shaders/lib/bodies/collide.wesl';
import libBodiesContact from '../../shaders/lib/bodies/contact.wesl';
import libBodiesImpact from '../../shaders/lib/bodies/impact.wesl';
import libBodiesJoint from '../../shaders/lib/bodies/joint.wesl';
import libBodiesJoints from '../../shaders/lib/bodies/joints.wesl';
import libBodiesMoveBodies from '../../shaders/lib/bodies/move-bodies.wesl';
import libDivergence from '../../shaders/lib/divergence.wesl';
import libFinite from '../../shaders/lib/finite.wesl';
import libGridBits from '../../shaders/lib/grid-bits.wesl';
import libLanes from '../../shaders/lib/lanes.wesl';
import libMoments from '../../shaders/lib/moments.wesl';
import libOpaque from '../../shaders/lib/opaque.wesl';
import libPermutation from '../../shaders/lib/permutation.wesl';
import libRng from '../../shaders/lib/rng.wesl';
import libRunningMoments from '../../shaders/lib/running-moments.wesl';
import libSigmoid from '../../shaders/lib/sigmoid.wesl';
import libStickyAction from '../../shaders/lib/sticky-action.wesl';
import libStoredF16 from '../../shaders/lib/stored/f16.wesl';
import libStoredF32 from '../../shaders/lib/stored/f32.wesl';
import libStoredU32 from '../../shaders/lib/stored/u32.wesl';
import libSum from '../../shaders/lib/sum.wesl';
import libTree from '../../shaders/lib/tree.wesl';
import rolloutAdvance from '../../shaders/rollout/advance.wesl';
import rolloutDecide from '../../shaders/rollout/decide.wesl';
import rolloutEnvReset from '../../shaders/rollout/env-reset.wesl';
import rolloutEpisode from '../../shaders/rollout/episode.wesl';
import rolloutExecute from '../../shaders/rollout/execute.wesl';
import rolloutFaults from '../../shaders/rollout/faults.wesl';
import rolloutMaskStates from '../../shaders/rollout/mask-states.wesl';
import rolloutRolloutShape from '../../shaders/rollout/rollout-shape.wesl';
import rolloutStateSize from '../../shaders/rollout/state-size.wesl';
import rolloutTables from '../../shaders/rollout/tables.wesl';
import rolloutTraceStates from '../../shaders/rollout/trace-states.wesl';
import rolloutWorld from '../../shaders/rollout/world.wesl';
import trainerReport from '../../shaders/trainer/report.wesl';
import trainerSchedule from '../../shaders/trainer/schedule.wesl';
import trainerWorldMetrics from '../../shaders/trainer/world-metrics.wesl';
import updateCheckUpdate from '../../shaders/update/check-update.wesl';
import updateGather from '../../shaders/update/gather.wesl';
import updateLossSample from '../../shaders/update/loss-sample.wesl';
import updateLossTerms from '../../shaders/update/loss-terms.wesl';
import updateMinibatch from '../../shaders/update/minibatch.wesl';
import updateStatistics from '../../shaders/update/statistics.wesl';
import updateTransitions from '../../shaders/update/transitions.wesl';

export const SHADERS: Readonly<Record<string, string>> = {
  'advantages/combine-advantages': advantagesCombineAdvantages,
  'advantages/ending': advantagesEnding,
  'advantages/gae': advantagesGae,
  'advantages/gae-scan': advantagesGaeScan,
  'distributions/categorical': distributionsCategorical,
  'distributions/interface': distributionsInterface,
  'distributions/mask': distributionsMask,
  'environments/interface': environmentsInterface,
  'kernels/activations/elu': kernelsActivationsElu,
  'kernels/activations/identity': kernelsActivationsIdentity,
  'kernels/activations/relu': kernelsActivationsRelu,
  'kernels/activations/silu': kernelsActivationsSilu,
  'kernels/activations/tanh': kernelsActivationsTanh,
  'kernels/adam-step': kernelsAdamStep,
  'kernels/gradient-norm': kernelsGradientNorm,
  'kernels/moments': kernelsMoments,
  'kernels/moments-merge': kernelsMomentsMerge,
  'lib/agent': libAgent,
  'lib/angles': libAngles,
  'lib/bits': libBits,
  'lib/bodies/bodies': libBodiesBodies,
  'lib/bodies/collide': libBodiesCollide,
  'lib/bodies/contact': libBodiesContact,
  'lib/bodies/impact': libBodiesImpact,
  'lib/bodies/joint': libBodiesJoint,
  'lib/bodies/joints': libBodiesJoints,
  'lib/bodies/move-bodies': libBodiesMoveBodies,
  'lib/divergence': libDivergence,
  'lib/finite': libFinite,
  'lib/grid-bits': libGridBits,
  'lib/lanes': libLanes,
  'lib/moments': libMoments,
  'lib/opaque': libOpaque,
  'lib/permutation': libPermutation,
  'lib/rng': libRng,
  'lib/running-moments': libRunningMoments,
  'lib/sigmoid': libSigmoid,
  'lib/sticky-action': libStickyAction,
  'lib/stored/f16': libStoredF16,
  'lib/stored/f32': libStoredF32,
  'lib/stored/u32': libStoredU32,
  'lib/sum': libSum,
  'lib/tree': libTree,
  'rollout/advance': rolloutAdvance,
  'rollout/decide': rolloutDecide,
  'rollout/env-reset': rolloutEnvReset,
  'rollout/episode': rolloutEpisode,
  'rollout/execute': rolloutExecute,
  'rollout/faults': rolloutFaults,
  'rollout/mask-states': rolloutMaskStates,
  'rollout/rollout-shape': rolloutRolloutShape,
  'rollout/state-size': rolloutStateSize,
  'rollout/tables': rolloutTables,
  'rollout/trace-states': rolloutTraceStates,
  'rollout/world': rolloutWorld,
  'trainer/report': trainerReport,
  'trainer/schedule': trainerSchedule,
  'trainer/world-metrics': trainerWorldMetrics,
  'update/check-update': updateCheckUpdate,
  'update/gather': updateGather,
  'update/loss-sample': updateLossSample,
  'update/loss-terms': updateLossTerms,
  'update/minibatch': updateMinibatch,
  'update/statistics': updateStatistics,
  'update/transitions': updateTransitions,
};
