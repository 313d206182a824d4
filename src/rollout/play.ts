/** What training and evaluation share: environments in which a policy acts. */
import type { PpoConfig } from '../config/ppo-config';
import type { Tensor } from '../gpu/arena';
import type { Runtime } from '../gpu/runtime';
import type { ParameterBlock } from '../kernels/blocks';
import type { ActorCriticLayout } from '../network/actor-critic';
import { CurrentWeights } from '../network/current-weights';
import type { KernelPlan } from '../network/kernel-plan';
import type { EnvironmentStates } from './environment-states';
import type { HostBatch, HostRandom } from './host-batch';
import { hostParts } from './host-parts';
import type { OpponentPolicies } from './opponents';
import { Rollout } from './rollout';
import { declareRolloutBuffer, type RolloutBuffer, type RolloutSizes } from './rollout-buffer';
import type { RolloutMode } from './rollout-shape';
import type { Steering } from './steer';
import type { Task } from './task';

export interface PlaySetup {
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
  /** Whom a world of two players is played against. */
  readonly opponents?: OpponentPolicies | undefined;
  /**
   * Moments with which `normObs` normalizes observations, [K][O][RUNNING_MOMENTS_WORDS].
   */
  readonly observationMoments: Tensor;
  /** What the episodes of environments on the host are seeded with. */
  readonly random: HostRandom;
  /** Whether the states before each step and after the last are kept for the host. */
  readonly traces?: boolean;
  /** Who chooses actions in place of the policy; not with a fused plan. */
  readonly steering?: Steering | undefined;
}

export interface Play {
  readonly weights: CurrentWeights;
  readonly buffer: RolloutBuffer;
  readonly rollout: Rollout;
  /** The environments, where they step on the host; whoever declares them closes them. */
  readonly hosts: HostBatch | undefined;
  /** [T + 1][K][N][stateWords]; only if states are kept. */
  readonly trace: Tensor | undefined;
}

/** Declares the rollout buffer, the current weights for acting, and the scratch memory. */
export function declarePlay(runtime: Runtime, options: PlaySetup): Play {
  const { config, task, sizes, layout, plan, parameters, environments } = options;
  const weights = new CurrentWeights(runtime, layout, parameters, plan);
  const buffer = declareRolloutBuffer(runtime.arena, sizes, task, config.normObs);
  const trace = options.traces
    ? runtime.arena.declare('trace', [sizes.steps + 1, ...environments.states.shape], 'u32')
    : undefined;
  const { mode, random } = options;
  const { groupSize } = mode;
  const hosts = task.environment.host
    ? new (hostParts().HostBatch)({ task, sizes, groupSize, random })
    : undefined;
  const rollout = new Rollout(runtime, {
    task,
    mode,
    agents: options.agents,
    environments,
    buffer,
    layout,
    parameters,
    observationMoments: config.normObs ? options.observationMoments : undefined,
    forward: weights.forward,
    opponents: options.opponents,
    hosts,
    trace,
    steering: options.steering,
  });
  return { weights, buffer, rollout, hosts, trace };
}
