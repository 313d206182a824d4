/** Everything that the loop carries from one iteration to the next, and nothing else. */
import { AGENT_WORDS, agentSeed, initialAgent, packAgents } from '../agent';
import type { PpoConfig } from '../config';
import type { Arena, Tensor } from '../gpu/arena';
import type { Gpu } from '../gpu/device';
import { writeTensor } from '../gpu/readback';
import { declareRunningMoments } from '../kernels/running-moments';
import type { ActorCriticLayout } from '../network/actor-critic';
import type { FusedForm } from '../network/fused-form';
import { initialParameters } from '../network/init';
import { momentCount } from '../network/packed-weights';
import { declareWorlds, type Worlds } from '../rollout/env-step';
import type { RolloutSizes } from '../rollout/rollout-buffer';
import type { Task } from '../rollout/task';

export interface TrainState {
  /** Seeds, counters (iteration, updates) and hyperparameters, [K][AGENT_WORDS]. */
  readonly agents: Tensor;
  /** [K][P]; between iterations, since a fused update works on packed ones (`Update.unpack`). */
  readonly parameters: Tensor;
  /** Of the frozen reference policy, [K][P]; only where it is used. */
  readonly reference: Tensor | undefined;
  /** Adam's first and second moments, [K][2][momentCount]. */
  readonly optimizer: Tensor;
  /** Environment states and running episodes. */
  readonly worlds: Worlds;
  readonly normalizer: Normalizer;
}

/** Statistics of all iterations so far; zeros without the option that uses them. */
export interface Normalizer {
  /** Of each field of the raw observations, for `normObs`, [K][O][RUNNING_MOMENTS_WORDS]. */
  readonly observationMoments: Tensor;
  /** Of the discounted returns, for `normReward`, [K][1][RUNNING_MOMENTS_WORDS]. */
  readonly returnMoments: Tensor;
  /** Discounted return of every running episode and its rest (lib/sum), for `normReward`, [K][N][2]. */
  readonly discountedReturns: Tensor;
}

export function declareTrainState(
  arena: Arena,
  sizes: RolloutSizes,
  layout: ActorCriticLayout,
  task: Task,
  form: FusedForm | undefined,
): TrainState {
  const { agents, envs } = sizes;
  return {
    agents: arena.declare('agents', [agents, AGENT_WORDS], 'u32'),
    parameters: arena.declare('parameters', [agents, layout.parameterCount]),
    reference: task.distribution.reference
      ? arena.declare('reference parameters', [agents, layout.parameterCount])
      : undefined,
    optimizer: arena.declare('optimizer', [agents, 2, momentCount(layout, form)]),
    worlds: declareWorlds(arena, sizes, task),
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

/** All agents' parameters before training, [K][P]. */
export function populationParameters(config: PpoConfig, layout: ActorCriticLayout): Float32Array {
  const parameters = new Float32Array(config.numAgents * layout.parameterCount);
  for (let agent = 0; agent < config.numAgents; agent++) {
    const initial = initialParameters(layout, agentSeed(config, agent));
    parameters.set(initial, agent * layout.parameterCount);
  }
  return parameters;
}

/** What a run begins with, [K][P] each. */
export interface FirstParameters {
  readonly parameters: Float32Array;
  /** Of the frozen reference policy. */
  readonly reference: Float32Array;
}

/** Writes the state before the first iteration, but for the environments, which reset on the device. */
export function initializeTrainState(
  gpu: Gpu,
  state: TrainState,
  config: PpoConfig,
  { parameters, reference }: FirstParameters,
): void {
  const agents = Array.from({ length: config.numAgents }, (_, agent) =>
    initialAgent(config, agent),
  );
  writeTensor(gpu, state.agents, packAgents(agents));
  writeTensor(gpu, state.parameters, parameters);
  if (state.reference) writeTensor(gpu, state.reference, reference);
}
