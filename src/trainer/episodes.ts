/** Environments that each play one episode with a copy of the policy, for the host to look at. */

import type { PpoConfig } from '../config/ppo-config';
import type { Params } from '../environments/param-range';
import { type Arena, elementCount, LimitError, type Tensor } from '../gpu/arena';
import type { Gpu } from '../gpu/device';
import { writeTensor } from '../gpu/readback';
import type { Runtime } from '../gpu/runtime';
import type { Stage } from '../gpu/stage';
import type { Patience } from '../gpu/stall';
import type { ActorCriticLayout } from '../network/actor-critic';
import { type KernelPlan, LAYERED } from '../network/kernel-plan';
import { declareEnvironmentStates, type EnvironmentStates } from '../rollout/environment-states';
import { declarePlay } from '../rollout/play';
import { type RolloutBuffer, rolloutSizes } from '../rollout/rollout-buffer';
import type { Steering } from '../rollout/steer';
import { ROLLOUT_LANES, type Task } from '../rollout/task';
import { writeRanges } from '../rollout/world-bindings';
import { AGENT_WORDS, hostRandom, initialAgent, packAgents } from './agent-record';
import { opponentPolicies } from './opponent-pool';
import type { PolicyTensors } from './policy';
import { scheduleStage } from './schedule';

/**
 * Steps between two looks of the host. Random numbers are counted by looks and steps, so episodes
 * depend on it.
 */
export const STEPS_PER_LOOK = 25;

/** The policies of all agents; their tensors are copied. */
export interface PolicyOnDevice {
  /** Parameters, [K][P]. */
  readonly parameters: Tensor;
  /** Training's statistics of the observations; used with `normObs`. */
  readonly observationMoments: Tensor;
  /** The opponents, [K][Q][P]; only in worlds of two players. */
  readonly opponents?: Tensor | undefined;
}

/** What the caller chooses of episodes, complete and checked. */
export interface ChosenEpisodes {
  readonly seed: number;
  readonly params: Params;
  /** All agents' policies that act in place of those on the device, if any. */
  readonly given: PolicyTensors | undefined;
}

export interface EpisodesSetup extends PolicyOnDevice, Omit<ChosenEpisodes, 'seed'> {
  readonly config: PpoConfig;
  readonly task: Task;
  readonly layout: ActorCriticLayout;
  readonly plan: KernelPlan;
  /** The environment's data tables on the device, if it has any. */
  readonly tables: Tensor | undefined;
  /** Domain of the random numbers; must not be 0, which is training's. */
  readonly domain: number;
  readonly patience: Patience;
  /** Called before each submission; throws if nothing must be submitted any more. */
  check(): void;
}

export interface EpisodesOptions {
  /** Per agent. */
  readonly episodes: number;
  readonly greedy: boolean;
  /** The only agent that plays; by default all do. */
  readonly agent?: number;
  /** Whether the states of all steps are kept for the host. */
  readonly traces?: boolean;
  /** Whether one episode follows another in each environment; default false. */
  readonly endless?: boolean;
  /** Who chooses actions in place of the policy. */
  readonly steering?: Steering | undefined;
  /** Default STEPS_PER_LOOK. */
  readonly stepsPerLook?: number;
}

/** The stages that play the episodes, and what they write. */
export interface Episodes {
  readonly environments: EnvironmentStates;
  /** The steps of the last look. */
  readonly buffer: RolloutBuffer;
  /** The states of the last look, [steps + 1][K][episodes][stateWords]; if kept. */
  readonly trace: Tensor | undefined;
  /** Run once, at the beginning. */
  readonly reset: readonly Stage[];
  /** Run again and again: the steps of a look. */
  readonly look: readonly Stage[];
  /** Encodes that the next look acts with another policy; only where episodes are endless. */
  copyPolicy(encoder: GPUCommandEncoder, policy: PolicyOnDevice): void;
  /** Must be called at the end: it closes environments on the host. */
  close(): void;
}

/**
 * @param advice ends the error
 * @throws LimitError for more than the device can dispatch.
 */
export function checkEpisodes({ device, adapter }: Gpu, episodes: number, advice: string): void {
  const limit = device.limits.maxComputeWorkgroupsPerDimension;
  const groups = Math.ceil(episodes / ROLLOUT_LANES);
  if (groups <= limit) return;
  throw new LimitError(
    `${episodes} episodes need ${groups} workgroups, but ${adapter.name} allows ${limit}: ` +
      advice,
  );
}

/** Allocates, copies the current policy, and records. */
export function recordEpisodes(
  runtime: Runtime,
  setup: EpisodesSetup,
  options: EpisodesOptions,
): Episodes {
  const { arena, gpu } = runtime;
  const { episodes, greedy, agent, traces = false, endless = false, steering } = options;
  const { config, task, layout, plan, domain } = setup;
  const players = agent === undefined ? [...Array(config.numAgents).keys()] : [agent];
  const sizes = rolloutSizes(
    players.length,
    episodes,
    options.stepsPerLook ?? STEPS_PER_LOOK,
    task,
  );
  const agents = arena.declare('evaluation agents', [sizes.agents, AGENT_WORDS], 'u32');
  const copies = new Copies(arena, players);
  const environments = declareEnvironmentStates(arena, sizes, task, setup.tables);
  const { weights, rollout, buffer, hosts, trace } = declarePlay(runtime, {
    config,
    task,
    sizes,
    layout,
    // A fused update alone has no fused forward pass.
    plan: steering || plan.forward.kind === 'layered' ? LAYERED : plan,
    steering,
    mode: { greedy, episodeLimit: endless ? 0 : 1, groupSize: 0 },
    agents,
    parameters: { tensor: copies.declare('parameters', setup), count: layout.parameterCount },
    environments,
    opponents: setup.opponents && opponentPolicies(copies.declare('opponents', setup)),
    observationMoments: copies.declare('observationMoments', setup),
    random: hostRandom(config, domain, players),
    traces,
  });
  arena.allocate();
  copies.make(gpu, setup);
  if (setup.given) copies.write(gpu, setup.given);
  weights.write();
  writeRanges(gpu, environments, task.environment, setup.params);
  const records = players.map((player) => ({ ...initialAgent(config, player), domain }));
  writeTensor(gpu, agents, packAgents(records));
  return {
    environments,
    buffer,
    trace,
    reset: [...weights.load(), rollout.reset()],
    look: [...(endless ? weights.load() : []), ...rollout.stages(), scheduleStage(runtime, agents)],
    copyPolicy: (encoder, policy) => copies.encode(encoder, policy),
    close: () => hosts?.close(),
  };
}

const BYTES_PER_WORD = 4;

/** Copies of tensors of 32-bit words for some of the agents, which lie one after another. */
class Copies {
  private readonly made = new Map<keyof PolicyOnDevice, Tensor>();

  constructor(
    private readonly arena: Arena,
    private readonly agents: readonly number[],
  ) {}

  /** The policy must have the tensor. */
  declare(name: keyof PolicyOnDevice, policy: PolicyOnDevice): Tensor {
    const from = policy[name]!;
    const shape = [this.agents.length, ...from.shape.slice(1)];
    const to = this.arena.declare(`${from.name} to evaluate`, shape, from.type);
    this.made.set(name, to);
    return to;
  }

  /** Submits the copying. */
  make({ device }: Gpu, policy: PolicyOnDevice): void {
    const encoder = device.createCommandEncoder();
    this.encode(encoder, policy);
    device.queue.submit([encoder.finish()]);
  }

  /** Takes the place of what was copied, as far as the policy has it. */
  write(gpu: Gpu, { parameters, observationMoments }: PolicyTensors): void {
    const given = { parameters, observationMoments };
    for (const [name, values] of Object.entries(given)) {
      const to = this.made.get(name as keyof PolicyTensors & keyof PolicyOnDevice)!;
      const length = elementCount(to.shape);
      const begin = (length / this.agents.length) * this.agents[0]!;
      if (values) writeTensor(gpu, to, values.subarray(begin, begin + length));
    }
  }

  encode(encoder: GPUCommandEncoder, policy: PolicyOnDevice): void {
    for (const [name, to] of this.made) {
      const bytes = BYTES_PER_WORD * elementCount(to.shape);
      const offset = (bytes / this.agents.length) * this.agents[0]!;
      encoder.copyBufferToBuffer(policy[name]!.buffer, offset, to.buffer, 0, bytes);
    }
  }
}
