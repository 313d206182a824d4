/** Puts a run on the device: chooses its kernels, allocates everything and records an iteration. */
import { ESTIMATORS } from '../config/estimators';
import type { PpoConfig } from '../config/ppo-config';
import { deriveSizes, type Sizes } from '../config/sizes';
import type { Runtime } from '../gpu/runtime';
import type { ActorCriticLayout } from '../network/actor-critic';
import { choosePlan } from '../network/choose-plan';
import { isFused, type KernelPlan } from '../network/kernel-plan';
import { rolloutSizes } from '../rollout/rollout-buffer';
import type { Task } from '../rollout/task';
import { planNetworks } from './networks';
import { RecentStates } from './recent-states';
import { MOST_IN_FLIGHT } from './scheduler';
import { type Iteration, recordIteration } from './train-iteration';
import {
  type CarriedTensors,
  carriedTensors,
  declareTrainState,
  type TrainState,
} from './train-state';
import type { Given } from './trainer-options';

/** What a run has on the device, and the commands that train it. */
export interface BuiltRun extends Iteration {
  readonly sizes: Sizes;
  readonly layout: ActorCriticLayout;
  readonly plan: KernelPlan;
  /** Why no fused kernels fit the networks and the device; undefined where they do. */
  readonly whyNotFused: string | undefined;
  readonly state: TrainState;
  readonly recentStates: RecentStates<CarriedTensors>;
}

/**
 * @throws ConfigError for networks or a plan that do not fit, LimitError where there is no room.
 */
export function buildRun(runtime: Runtime, task: Task, config: PpoConfig, given: Given): BuiltRun {
  const sizes = deriveSizes(config);
  const { groups } = ESTIMATORS[config.advantageEstimator];
  const rollout = rolloutSizes(sizes.agents, sizes.envs, sizes.steps, task, groups);
  const planned = planNetworks(runtime.gpu, config, task, given);
  const plan = choosePlan(given.plan, planned.layout, runtime.gpu, planned.notFused);
  // Fused and layered kernels would disagree on a policy whose hidden layers only one of them
  // rounds.
  const { storage } = config;
  const layout = isFused(plan) ? planned.layout : { ...planned.layout, storage };
  const state = declareTrainState(runtime.arena, rollout, layout, task, plan, config.opponents);
  // One more than can be in flight, for the state before the last reported iteration.
  const recentStates = new RecentStates(runtime.arena, carriedTensors(state), MOST_IN_FLIGHT + 1);
  const { reduce, valueHeads } = given;
  const iteration = recordIteration(runtime, {
    ...{ config, task, sizes, rolloutSizes: rollout, layout, state, plan, reduce, valueHeads },
  });
  return {
    ...{ ...iteration, sizes, layout, plan, state, recentStates },
    whyNotFused: planned.notFused,
  };
}
