/** One iteration of PPO as a list of stages, recorded once and run again and again. */

import { Advantages } from '../advantages/advantages';
import { ReferencePolicy } from '../advantages/reference';
import { RewardScaling } from '../advantages/scale-rewards';
import { Values } from '../advantages/values';
import { ESTIMATORS } from '../config/estimators';
import type { PpoConfig } from '../config/ppo-config';
import type { Sizes } from '../config/sizes';
import type { Tensor } from '../gpu/arena';
import type { Runtime } from '../gpu/runtime';
import type { Stage } from '../gpu/stage';
import type { ParameterBlock } from '../kernels/linear';
import type { ActorCriticLayout } from '../network/actor-critic';
import { ForwardPass } from '../network/fused-forward';
import { isFused, type KernelPlan } from '../network/kernel-plan';
import { PackedWeights } from '../network/packed-weights';
import { ObservationStatistics } from '../rollout/normalize-observations';
import { Rollout } from '../rollout/rollout';
import {
  declareRolloutBuffer,
  declareValueBuffer,
  type RolloutSizes,
} from '../rollout/rollout-buffer';
import type { Task } from '../rollout/task';
import { type Reduce, Update } from '../update/update';
import { declareReports, reportStage } from './report';
import { scheduleStage } from './schedules';
import type { TrainState } from './train-state';

export interface IterationOptions {
  readonly config: PpoConfig;
  readonly task: Task;
  readonly sizes: Sizes;
  readonly rolloutSizes: RolloutSizes;
  readonly layout: ActorCriticLayout;
  readonly parameters: ParameterBlock;
  readonly state: TrainState;
  readonly plan: KernelPlan;
  /** See `UpdateOptions.reduce`. */
  readonly reduce?: Reduce | undefined;
}

export interface Iteration {
  /** Runs once, before the first iteration. */
  readonly reset: Stage;
  /** Runs where the parameters were written from outside. */
  readonly pack: readonly Stage[];
  readonly stages: readonly Stage[];
  /** What the host reads after each iteration. */
  readonly reports: Tensor;
}

/**
 * Declares what an iteration needs besides the training state, allocates everything and records.
 * @throws LimitError when the adapter has no room; nothing is allocated then.
 */
export function recordIteration(runtime: Runtime, options: IterationOptions): Iteration {
  const { arena } = runtime;
  const { config, task, sizes, layout, parameters, state } = options;
  const { agents, environments, optimizer, faults, normalizer } = state;
  const buffer = declareRolloutBuffer(arena, options.rolloutSizes, task, config.normObs);
  const observationMoments = config.normObs ? normalizer.observationMoments : undefined;
  const values = declareValueBuffer(arena, options.rolloutSizes);
  const { groups } = ESTIMATORS[config.advantageEstimator];
  const mode = { greedy: false, episodeLimit: 0, groupSize: groups ? config.groupSize : 0 };
  const shared = { task, agents, layout, parameters };
  const { plan } = options;
  const packed = isFused(plan) ? new PackedWeights(runtime, layout, parameters, plan) : undefined;
  const forward =
    packed && plan.forward.kind !== 'layered' ? new ForwardPass(packed, plan.forward) : undefined;
  const played = { mode, environments, buffer, observationMoments, forward };
  const rollout = new Rollout(runtime, { ...shared, ...played });
  const observations = new ObservationStatistics(runtime, buffer, observationMoments);
  const rewards = new RewardScaling(runtime, { config, agents, buffer, ...normalizer });
  const judged = { task, agents, layout, reference: state.reference, rollout: buffer };
  const reference = new ReferencePolicy(runtime, judged);
  const critic = new Values(runtime, layout, parameters, buffer, values, forward);
  const advantages = new Advantages(runtime, { config, agents, rollout: buffer, values });
  const batchMoments = advantages.moments.merged;
  const learned = {
    plan: plan.update,
    config,
    rollout: buffer,
    values: advantages.learned,
    batchMoments,
    reduce: options.reduce,
  };
  const update = new Update(runtime, { ...shared, sizes, optimizer, faults, packed, ...learned });
  const reports = declareReports(arena, sizes.agents);
  arena.allocate();
  packed?.write();

  const { statistics } = update;
  const { minibatches, iterations } = sizes;
  const reporting = {
    sizes: options.rolloutSizes,
    agents,
    episodes: environments.episodes,
    statistics,
    batchMoments,
    slots: advantages.slots,
    reports,
  };
  const reset = rollout.reset();
  const judge = [critic.stage(), advantages.stage()];
  const judgeAgain = forward ? judge : [...update.unpack(), ...judge];
  return {
    reset: packed ? { ...reset, dispatches: [packed.pack(), ...reset.dispatches] } : reset,
    pack: packed ? [{ name: 'pack', dispatches: [packed.pack()] }] : [],
    stages: [
      rollout.stage(),
      ...reference.stages(),
      ...rewards.stages(),
      ...judge,
      ...update.stages(config.recomputeAdvantages ? judgeAgain : []),
      ...update.unpack(),
      ...observations.stages(),
      reportStage(runtime, reporting),
      scheduleStage(runtime, agents, { statistics, minibatches, iterations }),
    ],
    reports,
  };
}
