/** Episodes with the current policy, on the device: every environment plays exactly one. */

import type { PpoConfig } from '../config/ppo-config';
import { Arena, LimitError, type Tensor } from '../gpu/arena';
import { attempt } from '../gpu/attempt';
import type { Gpu } from '../gpu/device';
import { writeTensor } from '../gpu/readback';
import { tryStages } from '../gpu/run-stages';
import type { Runtime } from '../gpu/runtime';
import type { Stage } from '../gpu/stage';
import type { Patience } from '../gpu/stall';
import type { ActorCriticLayout } from '../network/actor-critic';
import { type KernelPlan, LAYERED } from '../network/kernel-plan';
import { declareEnvironmentStates, type EnvironmentStates } from '../rollout/environment-states';
import { declarePlay } from '../rollout/play';
import { rolloutSizes } from '../rollout/rollout-buffer';
import { ROLLOUT_LANES, type Task } from '../rollout/task';
import { AGENT_WORDS, initialAgent, packAgents } from './agent-record';
import { type CheckedOptions, completeOptions, type EvaluateOptions } from './evaluate-options';
import { allEnded, summarize } from './evaluation-summary';
import type { Evaluation } from './metrics';
import { dispatchesToFirstStep } from './patience';
import { scheduleStage } from './schedule';
import { Scheduler } from './scheduler';

/** Steps between two checks of how many episodes have ended. */
const STEPS_PER_LOOK = 25;
const ADVICE = 'evaluate fewer episodes at once (episodes)';

export interface EvaluationSetup {
  readonly config: PpoConfig;
  readonly task: Task;
  readonly layout: ActorCriticLayout;
  /** Parameters of all agents, [K][P]; copied before anything else. */
  readonly parameters: Tensor;
  readonly plan: KernelPlan;
  /** Training's statistics of the observations, copied likewise; used with `normObs`. */
  readonly observationMoments: Tensor;
  /** Domain of the random numbers; must not be 0, which is training's. */
  readonly domain: number;
  readonly patience: Patience;
  /** Called before each submission; throws if nothing must be submitted any more. */
  check(): void;
}

/** The stages of an evaluation. */
interface Recording {
  readonly environments: EnvironmentStates;
  /** Run once, at the beginning. */
  readonly reset: readonly Stage[];
  /** Run again and again: STEPS_PER_LOOK steps. */
  readonly look: readonly Stage[];
}

/**
 * Plays `episodes` fresh episodes per agent and sums up their undiscounted returns.
 * @throws ConfigError for options out of range, LimitError for too many episodes, the signal's
 * reason.
 */
export async function evaluate(
  { gpu, kernels, matrixUnits }: Omit<Runtime, 'arena'>,
  setup: EvaluationSetup,
  given: EvaluateOptions,
): Promise<Evaluation> {
  const options = completeOptions(given, setup.task.maxEpisodeSteps);
  options.signal?.throwIfAborted();
  checkEpisodes(gpu, options.episodes);
  const runtime = { gpu, kernels, matrixUnits, arena: new Arena(gpu, ADVICE) };
  try {
    const recording = await attempt(gpu, runtime.arena, () => record(runtime, setup, options));
    return await play(runtime, recording, setup, options);
  } finally {
    // Kernels that were requested here for the first time may still be compiling.
    await kernels.settled();
    runtime.arena.destroy();
  }
}

/** @throws LimitError for more than the device can dispatch. */
function checkEpisodes({ device, adapter }: Gpu, episodes: number): void {
  const limit = device.limits.maxComputeWorkgroupsPerDimension;
  const groups = Math.ceil(episodes / ROLLOUT_LANES);
  if (groups <= limit) return;
  throw new LimitError(
    `${episodes} episodes need ${groups} workgroups, but ${adapter.name} allows ${limit}: ` +
      ADVICE,
  );
}

/** Allocates, copies the current policy, and records. */
function record(runtime: Runtime, setup: EvaluationSetup, options: CheckedOptions): Recording {
  const { arena, gpu } = runtime;
  const { config, task, layout, plan, domain } = setup;
  const { episodes, greedy } = options;
  const sizes = rolloutSizes(config.numAgents, episodes, STEPS_PER_LOOK, task);
  const agents = arena.declare('evaluation agents', [sizes.agents, AGENT_WORDS], 'u32');
  const copies = new Copies(arena);
  const environments = declareEnvironmentStates(arena, sizes, task);
  const { weights, rollout } = declarePlay(runtime, {
    config,
    task,
    sizes,
    layout,
    // A fused update alone has no fused forward pass.
    plan: plan.forward.kind === 'layered' ? LAYERED : plan,
    mode: { greedy, episodeLimit: 1, groupSize: 0 },
    agents,
    parameters: { tensor: copies.declare(setup.parameters), count: layout.parameterCount },
    environments,
    observationMoments: copies.declare(setup.observationMoments),
  });
  arena.allocate();
  copies.make(gpu);
  weights.write();
  const records = Array.from({ length: sizes.agents }, (_, agent) => ({
    ...initialAgent(config, agent),
    domain,
  }));
  writeTensor(gpu, agents, packAgents(records));
  return {
    environments,
    reset: [...weights.load(), rollout.reset()],
    look: [rollout.stage(), scheduleStage(runtime, agents)],
  };
}

/** Plays until all episodes have ended or reached the limit of steps. */
async function play(
  { gpu, kernels }: Runtime,
  { environments, reset, look }: Recording,
  { patience, check }: EvaluationSetup,
  options: CheckedOptions,
): Promise<Evaluation> {
  const proceed = (): void => {
    check();
    options.signal?.throwIfAborted();
  };
  await kernels.compiled();
  proceed();
  await tryStages(gpu, reset, patience);
  const watch = { patience, dispatches: dispatchesToFirstStep(look) };
  const scheduler = new Scheduler(gpu, look, environments.episodes, watch);
  try {
    let words = new Float32Array();
    for (let step = 0; step < options.maxSteps && !allEnded(words); step += STEPS_PER_LOOK) {
      proceed();
      await scheduler.submit();
      words = new Float32Array((await scheduler.report()).bytes);
    }
    proceed();
    const [agents, episodes] = environments.episodes.shape as [number, number, number];
    return summarize(words, { agents, episodes, maxSteps: options.maxSteps });
  } finally {
    scheduler.destroy();
  }
}

/** Copies of tensors, in an arena. */
class Copies {
  private readonly pairs: { readonly from: Tensor; readonly to: Tensor }[] = [];

  constructor(private readonly arena: Arena) {}

  declare(from: Tensor): Tensor {
    const to = this.arena.declare(`${from.name} to evaluate`, from.shape, from.type);
    this.pairs.push({ from, to });
    return to;
  }

  /** Submits the copying. */
  make({ device }: Gpu): void {
    const encoder = device.createCommandEncoder();
    for (const { from, to } of this.pairs) {
      encoder.copyBufferToBuffer(from.buffer, 0, to.buffer, 0, from.bytes);
    }
    device.queue.submit([encoder.finish()]);
  }
}
