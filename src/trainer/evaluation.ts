/** Episodes with the policy as it is, on the device: every environment plays exactly one. */
import { AGENT_WORDS, initialAgent, packAgents } from '../agent';
import { ConfigError, type PpoConfig } from '../config';
import { Arena, type Tensor } from '../gpu/arena';
import { readTensor, writeTensor } from '../gpu/readback';
import { runStages } from '../gpu/run-stages';
import type { Runtime } from '../gpu/runtime';
import type { ParameterBlock } from '../kernels/linear';
import type { ActorCriticLayout } from '../network/actor-critic';
import { type FusedForm, forwardIsFused } from '../network/fused-form';
import { PackedWeights } from '../network/packed-weights';
import { declareWorlds, EPISODE_WORD, EPISODE_WORDS } from '../rollout/env-step';
import { Rollout } from '../rollout/rollout';
import { declareRolloutBuffer, rolloutSizes } from '../rollout/rollout-buffer';
import type { Task } from '../rollout/task';
import type { Evaluation } from './metrics';
import { scheduleStage } from './schedules';

/** Steps between two looks at how many episodes have ended. */
const STEPS_PER_LOOK = 25;
/** Steps after which an episode without a time limit counts as it stands. */
const MOST_STEPS = 100_000;

/** How `Trainer.evaluate` plays. */
export interface EvaluateOptions {
  /** Episodes per agent, a positive integer; default 100. Each is played by an environment of its own. */
  readonly episodes?: number;
  /** Take the most likely action instead of a sample; default true. */
  readonly greedy?: boolean;
}

export interface EvaluationSetup {
  readonly config: PpoConfig;
  readonly task: Task;
  readonly layout: ActorCriticLayout;
  readonly parameters: ParameterBlock;
  /** Variant of the fused kernels; undefined for the layered ones. */
  readonly form: FusedForm | undefined;
  /** Training's statistics of the observations, which stand still here; used with `normObs`. */
  readonly observationMoments: Tensor;
  /** Random numbers are drawn from a domain of this number, never from training's 0. */
  readonly domain: number;
}

function meanAndStd(values: readonly number[]): { meanReturn: number; stdReturn: number } {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
  return { meanReturn: mean, stdReturn: Math.sqrt(variance) };
}

/** Returns of all episodes, [K][episodes]. */
async function playEpisodes(
  runtime: Runtime,
  setup: EvaluationSetup,
  episodes: number,
  greedy: boolean,
): Promise<number[][]> {
  const { arena, gpu, kernels } = runtime;
  const { config, task } = setup;
  const sizes = rolloutSizes(config.numAgents, episodes, STEPS_PER_LOOK, task);
  const agents = arena.declare('evaluation agents', [sizes.agents, AGENT_WORDS], 'u32');
  const worlds = declareWorlds(arena, sizes, task);
  const buffer = declareRolloutBuffer(arena, sizes, task, config.normObs);
  const observationMoments = config.normObs ? setup.observationMoments : undefined;
  const mode = { greedy, episodeLimit: 1, groupSize: 0 };
  const { layout, parameters, form } = setup;
  const packed =
    form && forwardIsFused(form) ? new PackedWeights(runtime, layout, parameters, form) : undefined;
  const rollout = new Rollout(runtime, {
    ...{ ...setup, observationMoments, packed },
    ...{ mode, agents, worlds, buffer },
  });
  arena.allocate();
  packed?.write();
  const records = Array.from({ length: sizes.agents }, (_, agent) => ({
    ...initialAgent(config, agent),
    domain: setup.domain,
  }));
  writeTensor(gpu, agents, packAgents(records));
  const reset = rollout.reset();
  const stages = [rollout.stage(), scheduleStage(runtime, agents)];
  const pack = packed ? [{ name: 'pack', dispatches: [packed.pack()] }] : [];
  await kernels.compiled();
  await runStages(gpu, [...pack, reset]);
  const most = task.maxEpisodeSteps || MOST_STEPS;
  let words = new Float32Array();
  for (let step = 0; step < most && !allEnded(words, sizes.agents * episodes); ) {
    await runStages(gpu, stages);
    words = new Float32Array(await readTensor(gpu, worlds.episodes));
    step += STEPS_PER_LOOK;
  }
  return readReturns(words, sizes.agents, episodes);
}

/** Whether each of `count` environments has finished its episode. */
function allEnded(words: Float32Array, count: number): boolean {
  for (let place = 0; place < count; place++) {
    if (!(words[place * EPISODE_WORDS + EPISODE_WORD.count]! > 0)) return false;
  }
  return true;
}

/** The finished episode's return of each environment, or the running one's where none has finished. */
function readReturns(words: Float32Array, agents: number, episodes: number): number[][] {
  return Array.from({ length: agents }, (_, agent) =>
    Array.from({ length: episodes }, (_, environment) => {
      const base = (agent * episodes + environment) * EPISODE_WORDS;
      const finished = words[base + EPISODE_WORD.count]! > 0;
      return words[base + (finished ? EPISODE_WORD.meanReturn : EPISODE_WORD.runningReturn)]!;
    }),
  );
}

/**
 * Plays `episodes` fresh episodes per agent and sums up their undiscounted returns.
 * @throws ConfigError when `episodes` is no positive integer.
 */
export async function evaluate(
  runtime: Omit<Runtime, 'arena'>,
  setup: EvaluationSetup,
  { episodes = 100, greedy = true }: EvaluateOptions,
): Promise<Evaluation> {
  if (!Number.isInteger(episodes) || episodes < 1) {
    throw new ConfigError([`episodes is ${episodes}; it may be an integer from 1`]);
  }
  const arena = new Arena(runtime.gpu);
  try {
    const returns = await playEpisodes({ ...runtime, arena }, setup, episodes, greedy);
    return { episodes, ...meanAndStd(returns.flat()), perAgent: returns.map(meanAndStd) };
  } finally {
    arena.destroy();
  }
}
