/** What training and evaluation share: environments in which a policy acts. */
import type { PpoConfig } from '../config/ppo-config';
import type { Tensor } from '../gpu/arena';
import type { Runtime } from '../gpu/runtime';
import type { ParameterBlock } from '../kernels/blocks';
import type { ActorCriticLayout } from '../network/actor-critic';
import { CurrentWeights } from '../network/current-weights';
import type { KernelPlan } from '../network/kernel-plan';
import type { EnvironmentStates } from './environment-states';
import { Rollout } from './rollout';
import { declareRolloutBuffer, type RolloutBuffer, type RolloutSizes } from './rollout-buffer';
import type { RolloutMode } from './rollout-shape';
import type { Task } from './task';

export interface PlayOptions {
  readonly config: Pick<PpoConfig, 'normObs'>;
  readonly task: Task;
  readonly sizes: RolloutSizes;
  readonly layout: ActorCriticLayout;
  readonly plan: KernelPlan;
  readonly mode: RolloutMode;
  /** The agents' records, [K][AGENT_WORDS]. */
  readonly agents: Tensor;
  readonly parameters: ParameterBlock;
  readonly environments: EnvironmentStates;
  /**
   * Moments with which `normObs` normalizes observations, [K][O][RUNNING_MOMENTS_WORDS].
   */
  readonly observationMoments: Tensor;
}

export interface Play {
  readonly weights: CurrentWeights;
  readonly buffer: RolloutBuffer;
  readonly rollout: Rollout;
}

/** Declares the rollout buffer, the current weights for acting, and the scratch memory. */
export function declarePlay(runtime: Runtime, options: PlayOptions): Play {
  const { config, task, sizes, layout, plan, parameters } = options;
  const weights = new CurrentWeights(runtime, layout, parameters, plan);
  const buffer = declareRolloutBuffer(runtime.arena, sizes, task, config.normObs);
  const rollout = new Rollout(runtime, {
    task,
    mode: options.mode,
    agents: options.agents,
    environments: options.environments,
    buffer,
    layout,
    parameters,
    observationMoments: config.normObs ? options.observationMoments : undefined,
    forward: weights.forward,
  });
  return { weights, buffer, rollout };
}
