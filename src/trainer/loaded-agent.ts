/** One agent of a saved policy in device memory, for as long as it acts there. */
import { ESTIMATORS } from '../config/estimators';
import type { PpoConfig } from '../config/ppo-config';
import { Arena, type Tensor } from '../gpu/arena';
import { attempt } from '../gpu/attempt';
import type { Gpu } from '../gpu/device';
import { writeTensor } from '../gpu/readback';
import type { Runtime } from '../gpu/runtime';
import type { Stage } from '../gpu/stage';
import { momentsOf, RUNNING_MOMENTS_WORDS } from '../kernels/running-moments';
import { type ActorCriticLayout, layoutActorCritic } from '../network/actor-critic';
import type { Task } from '../rollout/task';
import { AGENT_WORDS, initialAgent, packAgents } from './agent-record';
import { createKernels } from './create-trainer';
import { prepareTask } from './prepare-task';
import type { SavedPolicy } from './saved-policy';

const ADVICE = 'act on fewer observations at once';
/** Domain of the random numbers; evaluations have the first ones, training 0. */
const DOMAIN = 2 ** 32 - 1;

/** One agent's policy in device memory. */
export interface LoadedAgent {
  readonly runtime: Runtime;
  readonly task: Task;
  readonly layout: ActorCriticLayout;
  readonly config: PpoConfig;
  readonly agents: Tensor;
  readonly parameters: Tensor;
  readonly moments: Tensor;
}

/** What an acting agent needs besides, declared but not allocated yet. */
export interface Declared {
  /** What it runs; called once everything is allocated. */
  stages(): readonly Stage[];
}

/** An agent that can act. */
export interface ActingAgent<D extends Declared> extends LoadedAgent {
  readonly declared: D;
  readonly stages: readonly Stage[];
}

/** Loads one agent and what `declare` declares, and hands it to `use`. */
export async function withAgent<D extends Declared, T>(
  gpu: Gpu,
  saved: SavedPolicy,
  agent: number,
  declare: (loaded: LoadedAgent) => D,
  use: (acting: ActingAgent<D>) => Promise<T>,
): Promise<T> {
  // The reference's log-probability is no part of an action.
  const config: PpoConfig = {
    ...{ ...saved.config, storage: 'f32', refKlCoef: 0, refKlRewardCoef: 0, numAgents: 1 },
  };
  const task = await prepareTask(gpu, saved.environment, config);
  const kernels = createKernels(gpu);
  const arena = new Arena(gpu, ADVICE);
  const runtime = { gpu, kernels, arena };
  try {
    const acting = await attempt(gpu, arena, (): ActingAgent<D> => {
      const loaded = declareAgent(runtime, task, config);
      const declared = declare(loaded);
      arena.allocate();
      return { ...loaded, declared, stages: declared.stages() };
    });
    write(gpu, acting, saved, agent);
    await kernels.compiled();
    return await use(acting);
  } finally {
    await kernels.settled();
    kernels.destroy();
    arena.destroy();
  }
}

function declareAgent(runtime: Runtime, task: Task, config: PpoConfig): LoadedAgent {
  const { distribution, observationSize } = task;
  const withCritic = ESTIMATORS[config.advantageEstimator].critic;
  const layout = layoutActorCritic({ ...config, ...distribution, observationSize, withCritic });
  const { arena } = runtime;
  return {
    ...{ runtime, task, layout, config },
    agents: arena.declare('acting agent', [1, AGENT_WORDS], 'u32'),
    parameters: arena.declare('acting parameters', [1, layout.parameterCount]),
    moments: arena.declare('acting moments', [1, observationSize, RUNNING_MOMENTS_WORDS]),
  };
}

/** Writes the agent's record, parameters and statistics. */
function write(
  gpu: Gpu,
  { agents, parameters, moments, layout, task }: LoadedAgent,
  { config, policy }: SavedPolicy,
  agent: number,
): void {
  const part = (all: Float32Array, size: number) => all.slice(agent * size, (agent + 1) * size);
  writeTensor(gpu, agents, packAgents([{ ...initialAgent(config, agent), domain: DOMAIN }]));
  writeTensor(gpu, parameters, part(policy.parameters, layout.parameterCount));
  const { observationStatistics: statistics } = policy;
  if (!statistics) return;
  const words = task.observationSize * RUNNING_MOMENTS_WORDS;
  writeTensor(gpu, moments, part(momentsOf(statistics), words));
}
