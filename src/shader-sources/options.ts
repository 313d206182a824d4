/**
 * The shader modules of the group `options` (groups.ts) by their paths under shaders/.
 * Made by `npm run generate` from the files there.
 */
import advantagesDiscountedReturns from '../../shaders/advantages/discounted-returns.wesl';
import advantagesGroup from '../../shaders/advantages/group.wesl';
import advantagesGroupAdvantages from '../../shaders/advantages/group-advantages.wesl';
import advantagesGroupReturns from '../../shaders/advantages/group-returns.wesl';
import advantagesReference from '../../shaders/advantages/reference.wesl';
import advantagesScaleRewards from '../../shaders/advantages/scale-rewards.wesl';
import distributionsDiagonalGaussian from '../../shaders/distributions/diagonal-gaussian.wesl';
import distributionsLogStd from '../../shaders/distributions/log-std.wesl';
import distributionsMultiCategorical from '../../shaders/distributions/multi-categorical.wesl';
import distributionsSquashedGaussian from '../../shaders/distributions/squashed-gaussian.wesl';
import kernelsRunningMoments from '../../shaders/kernels/running-moments.wesl';
import rolloutHostEnvironment from '../../shaders/rollout/host-environment.wesl';
import rolloutHostStep from '../../shaders/rollout/host-step.wesl';
import rolloutLearnerPly from '../../shaders/rollout/learner-ply.wesl';
import rolloutNormalizeObservations from '../../shaders/rollout/normalize-observations.wesl';
import rolloutOpponentAct from '../../shaders/rollout/opponent-act.wesl';
import rolloutOpponentBoards from '../../shaders/rollout/opponent-boards.wesl';
import rolloutOpponentPly from '../../shaders/rollout/opponent-ply.wesl';
import rolloutTwoPlayers from '../../shaders/rollout/two-players.wesl';
import rolloutUnpackObservations from '../../shaders/rollout/unpack-observations.wesl';
import trainerEpisodeMetrics from '../../shaders/trainer/episode-metrics.wesl';
import trainerRatePlayers from '../../shaders/trainer/rate-players.wesl';
import trainerReplaceOpponent from '../../shaders/trainer/replace-opponent.wesl';
import updateGatherObservations from '../../shaders/update/gather-observations.wesl';
import updateGatherReturns from '../../shaders/update/gather-returns.wesl';

export const SHADERS: Readonly<Record<string, string>> = {
  'advantages/discounted-returns': advantagesDiscountedReturns,
  'advantages/group': advantagesGroup,
  'advantages/group-advantages': advantagesGroupAdvantages,
  'advantages/group-returns': advantagesGroupReturns,
  'advantages/reference': advantagesReference,
  'advantages/scale-rewards': advantagesScaleRewards,
  'distributions/diagonal-gaussian': distributionsDiagonalGaussian,
  'distributions/log-std': distributionsLogStd,
  'distributions/multi-categorical': distributionsMultiCategorical,
  'distributions/squashed-gaussian': distributionsSquashedGaussian,
  'kernels/running-moments': kernelsRunningMoments,
  'rollout/host-environment': rolloutHostEnvironment,
  'rollout/host-step': rolloutHostStep,
  'rollout/learner-ply': rolloutLearnerPly,
  'rollout/normalize-observations': rolloutNormalizeObservations,
  'rollout/opponent-act': rolloutOpponentAct,
  'rollout/opponent-boards': rolloutOpponentBoards,
  'rollout/opponent-ply': rolloutOpponentPly,
  'rollout/two-players': rolloutTwoPlayers,
  'rollout/unpack-observations': rolloutUnpackObservations,
  'trainer/episode-metrics': trainerEpisodeMetrics,
  'trainer/rate-players': trainerRatePlayers,
  'trainer/replace-opponent': trainerReplaceOpponent,
  'update/gather-observations': updateGatherObservations,
  'update/gather-returns': updateGatherReturns,
};
