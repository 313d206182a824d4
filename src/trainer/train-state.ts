/** Everything that the loop carries from one iteration to the next, and nothing else. */

import type { PpoConfig } from '../config/ppo-config';
import { type Arena, elementCount, type Tensor } from '../gpu/arena';
import type { Gpu } from '../gpu/device';
import { readTensor, writeTensor } from '../gpu/readback';
import {
  declareRunningMoments,
  type RunningStatistics,
  statisticsOf,
} from '../kernels/running-moments';
import type { ActorCriticLayout } from '../network/actor-critic';
import type { KernelPlan } from '../network/kernel-plan';
import { momentCount, momentOrigins } from '../network/packing';
import { declareEnvironmentStates, type EnvironmentStates } from '../rollout/environment-states';
import type { RolloutSizes } from '../rollout/rollout-buffer';
import type { Task } from '../rollout/task';
import { AGENT_WORDS, initialAgent, packAgents } from './agent-record';
import { declareOpponentPool, initializeOpponentPool, type OpponentPool } from './opponent-pool';
import type { FirstState } from './policy';

export interface TrainState {
  /** Seeds, counters (iteration, updates) and hyperparameters, [K][AGENT_WORDS]. */
  readonly agents: Tensor;
  /**
   * [K][P]. Current between iterations only: within one, a fused update changes a packed copy (see
   * `CurrentWeights.synchronize`).
   */
  readonly parameters: Tensor;
  /** Parameters of the frozen reference policy, [K][P]; only where it is used. */
  readonly reference: Tensor | undefined;
  /** Adam's first and second moments, [K][2][momentCount]. */
  readonly optimizer: Tensor;
  /** Makes the layout of `optimizer`, see `momentOrigins`; only snapshots need it. */
  readonly optimizerOrigins: () => Uint32Array | undefined;
  /** 1 for agents with a parameter that is not finite, [K]. */
  readonly faults: Tensor;
  /** Environment states and running episodes. */
  readonly environments: EnvironmentStates;
  /** Frozen opponents and ratings; only in worlds of two players. */
  readonly pool: OpponentPool | undefined;
  readonly normalizer: Normalizer;
}

/** Statistics of all iterations so far; zeros without the option that uses them. */
export interface Normalizer {
  /**
   * Moments of each field of the raw observations, for `normObs`, [K][O][RUNNING_MOMENTS_WORDS].
   */
  readonly observationMoments: Tensor;
  /** Moments of the discounted returns, for `normReward`, [K][1][RUNNING_MOMENTS_WORDS]. */
  readonly returnMoments: Tensor;
  /**
   * Discounted return of every running episode and its rest (lib/sum), for `normReward`, [K][N][2].
   */
  readonly discountedReturns: Tensor;
}

/** The tensors that iterations change, by their names in snapshots. */
export interface CarriedTensors {
  readonly agents: Tensor;
  readonly parameters: Tensor;
  readonly optimizer: Tensor;
  readonly faults: Tensor;
  readonly environmentStates: Tensor;
  readonly episodes: Tensor;
  readonly observationMoments: Tensor;
  readonly returnMoments: Tensor;
  readonly discountedReturns: Tensor;
  /** Of the opponents, [K][Q][P]; it and the ratings, [K][Q + 1], only with two players. */
  readonly opponents?: Tensor;
  readonly ratings?: Tensor;
}

/** @param opponents Q, in worlds of two players */
export function declareTrainState(
  arena: Arena,
  sizes: RolloutSizes,
  layout: ActorCriticLayout,
  task: Task,
  plan: KernelPlan,
  opponents: number,
): TrainState {
  const { agents, envs } = sizes;
  const { parameterCount } = layout;
  return {
    agents: arena.declare('agents', [agents, AGENT_WORDS], 'u32'),
    parameters: arena.declare('parameters', [agents, parameterCount]),
    reference: task.distribution.reference
      ? arena.declare('reference parameters', [agents, parameterCount])
      : undefined,
    optimizer: arena.declare('optimizer', [agents, 2, momentCount(layout, plan.update)]),
    optimizerOrigins: () => momentOrigins(layout, plan.update),
    faults: arena.declare('faulty parameters', [agents], 'u32'),
    environments: declareEnvironmentStates(arena, sizes, task),
    pool: task.twoPlayers
      ? declareOpponentPool(arena, agents, opponents, parameterCount)
      : undefined,
    normalizer: {
      observationMoments: declareRunningMoments(
        arena,
        'observations',
        agents,
        task.observationSize,
      ),
      returnMoments: declareRunningMoments(arena, 'discounted returns', agents, 1),
      discountedReturns: arena.declare('discounted returns', [agents, envs, 2]),
    },
  };
}

export function carriedTensors(state: TrainState): CarriedTensors {
  const { agents, parameters, optimizer, faults, environments, normalizer, pool } = state;
  const { states: environmentStates, episodes } = environments;
  return {
    ...{ agents, parameters, optimizer, faults, environmentStates, episodes, ...normalizer },
    ...pool,
  };
}

/** The statistics that a tensor of running moments holds. */
export async function readStatistics(gpu: Gpu, moments: Tensor): Promise<RunningStatistics> {
  const bytes = await readTensor(gpu, moments);
  return statisticsOf(new Float32Array(bytes, 0, elementCount(moments.shape)));
}

/**
 * Writes the state before the first iteration, but for the environments, which reset on the device.
 */
export function initializeTrainState(
  gpu: Gpu,
  state: TrainState,
  config: PpoConfig,
  first: FirstState,
): void {
  const agents = Array.from({ length: config.numAgents }, (_, agent) =>
    initialAgent(config, agent),
  );
  writeTensor(gpu, state.agents, packAgents(agents));
  writeTensor(gpu, state.parameters, first.parameters);
  if (state.reference) writeTensor(gpu, state.reference, first.reference);
  if (state.pool) initializeOpponentPool(gpu, state.pool, first.parameters);
  const { observationMoments, returnMoments } = state.normalizer;
  if (first.observationMoments) writeTensor(gpu, observationMoments, first.observationMoments);
  if (first.returnMoments) writeTensor(gpu, returnMoments, first.returnMoments);
}
