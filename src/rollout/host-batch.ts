/** All environments of a rollout that step on the host, [K][N]: one batch of worlds per agent. */
import { type EnvironmentDefinition, EnvironmentError } from '../environments/definition';
import { type HostWorld, HostWorldError, type HostWorldOptions } from '../environments/host-world';
import { STREAM, threefry4x32 } from '../kernels/rng';
import { EPISODE_WORD, EPISODE_WORDS } from './episode';
import { HostAgent, type SeedOf } from './host-agent';
import { callHost } from './host-call';
import type { RolloutSizes } from './rollout-buffer';
import type { Task } from './task';

/** What the random numbers of a batch depend on besides iteration, step and environment. */
export interface HostRandom {
  /** Seeds of the agents, [K]. */
  readonly seeds: readonly number[];
  /** 0 in training; others in evaluations. */
  readonly domain: number;
}

export interface HostBatchOptions {
  readonly task: Task;
  readonly sizes: RolloutSizes;
  /** Environments that share their start states; 0 for none. */
  readonly groupSize: number;
  readonly random: HostRandom;
}

/** Where a batch goes on. */
export interface HostPlace extends HostRandom {
  readonly iteration: number;
  /** What `save` returned. */
  readonly saved: readonly unknown[];
  /** The words of the episodes, [K][N][EPISODE_WORDS]. */
  readonly episodes: Uint32Array;
}

/** @throws EnvironmentError for an environment that was read from a file. */
function creatorOf({ id, host }: EnvironmentDefinition) {
  if (host?.create) return host.create;
  throw new EnvironmentError(
    `environment ${id} steps on the host, and files keep no functions: give its description ` +
      'again (environment; on the command line its module, or --gym)',
  );
}

export class HostBatch {
  /** Results of the latest step, [K][(2 + 2 O + maskWords) · N]; see rollout/host-step. */
  readonly outcomes: Float32Array;
  /** States after a reset of all, [K][N][O + maskWords]. */
  readonly states: Float32Array;
  private readonly create: NonNullable<NonNullable<EnvironmentDefinition['host']>['create']>;
  private readonly closers: (() => void)[] = [];
  /** All that were created, whether their agents are ready or not. */
  private readonly worlds: HostWorld[] = [];
  private agents: Promise<HostAgent[]> | undefined;
  private random: HostRandom;
  private iteration = 0;
  /** Steps of the rollout that are taken. */
  private taken = 0;
  private failure: Error | undefined;
  private closed = false;

  constructor(private readonly options: HostBatchOptions) {
    const { task, sizes, random } = options;
    const { observationSize, distribution } = task;
    const { maskWords } = distribution;
    this.create = creatorOf(task.environment);
    this.random = random;
    const environments = sizes.agents * sizes.envs;
    this.outcomes = new Float32Array(environments * (2 + 2 * observationSize + maskWords));
    this.states = new Float32Array(environments * (observationSize + maskWords));
  }

  /** Begins an episode in every environment. */
  async reset(): Promise<void> {
    await this.attempt(async () => {
      const agents = await this.opened();
      await Promise.all(agents.map((agent, k) => agent.reset(this.seedOf(k, 0))));
    });
  }

  /**
   * Takes a step of the rollout in every environment.
   * @param actions [K][A][stride]
   */
  async step(actions: Float32Array): Promise<void> {
    await this.attempt(async () => {
      const { sizes, groupSize } = this.options;
      const at = this.taken;
      const isLast = at + 1 === sizes.steps;
      const agents = await this.opened();
      this.taken = at + 1;
      await Promise.all(
        agents.map((agent, k) =>
          agent.step(this.actionsOf(actions, k), groupSize > 0 && isLast, this.seedOf(k, at + 1)),
        ),
      );
      if (!isLast) return;
      this.taken = 0;
      this.iteration += 1;
    });
  }

  /**
   * The states of all worlds at the start of an iteration, [K]; undefined where they are not saved
   * or have gone on.
   */
  async save(iteration: number): Promise<readonly unknown[] | undefined> {
    const isThere = (): boolean => this.iteration === iteration && this.taken === 0;
    if (this.failure || !this.agents || !isThere()) return undefined;
    const agents = await this.agents;
    if (!isThere()) return undefined;
    if (!agents.every(({ world }) => world.save && world.restore)) return undefined;
    const { caller } = this;
    return Promise.all(
      agents.map(async ({ world }) =>
        plain(caller.id, await callHost(caller, 'save', () => world.save!())),
      ),
    );
  }

  /** Continues from saved worlds. */
  async load({ iteration, saved, episodes, ...random }: HostPlace): Promise<void> {
    this.moveTo(iteration, random);
    await this.attempt(async () => {
      const agents = await this.opened();
      const { envs } = this.options.sizes;
      const { caller } = this;
      for (const [k, agent] of agents.entries()) {
        const { world } = agent;
        if (!world.restore) throw cannotRestore(caller.id);
        await callHost(caller, 'restore', () => world.restore!(saved[k]));
        for (let n = 0; n < envs; n++) {
          const word = (k * envs + n) * EPISODE_WORDS + EPISODE_WORD.runningLength;
          agent.lengths[n] = episodes[word]!;
        }
      }
    });
  }

  /** Where the next rollout's random numbers begin. */
  moveTo(iteration: number, random: HostRandom): void {
    this.iteration = iteration;
    this.taken = 0;
    this.random = random;
  }

  /** Calls `closer` when the batch is closed. */
  onClose(closer: () => void): void {
    this.closers.push(closer);
  }

  /** Closes all worlds, whatever they are doing. */
  close(): void {
    if (this.closed) return;
    this.closed = true;
    for (const closer of this.closers) closer();
    for (const world of this.worlds) closeWorld(world);
  }

  private get caller() {
    const { id, host } = this.options.task.environment;
    return { id, stepTimeout: host?.stepTimeout };
  }

  /**
   * Must be called before the device is used for the batch, whose tensors may be gone.
   * @throws the first failure, or an Error when the batch is closed.
   */
  check(): void {
    if (this.failure) throw this.failure;
    if (this.closed) throw new Error('the environments on the host are closed');
  }

  /** Remembers the first failure: worlds cannot go on after one. */
  private async attempt(action: () => Promise<void>): Promise<void> {
    this.check();
    try {
      await action();
    } catch (error) {
      this.failure = error as Error;
      this.close();
      throw error;
    }
  }

  private opened(): Promise<HostAgent[]> {
    const { seeds } = this.random;
    this.agents ??= Promise.all(seeds.map((seed, k) => this.open(seed, k)));
    return this.agents;
  }

  private async open(seed: number, k: number): Promise<HostAgent> {
    const { task, sizes } = this.options;
    const { environment, observationSize, distribution, maxEpisodeSteps, truncates } = task;
    const { envs } = sizes;
    const { caller, outcomes, states } = this;
    const world = await callHost(caller, 'create', () => this.make({ numEnvs: envs, seed }));
    for (const name of ['reset', 'step'] as const) {
      if (typeof world?.[name] === 'function') continue;
      const sentence = `create returned a world without the function ${name}`;
      throw new HostWorldError(`environment ${caller.id}: ${sentence}`);
    }
    const part = (all: Float32Array): Float32Array => {
      const size = all.length / sizes.agents;
      return all.subarray(k * size, (k + 1) * size);
    };
    const { distributionSize: choices, maskWords } = distribution;
    return new HostAgent(world, {
      ...caller,
      fields: environment.observation.map(({ name }) => name),
      sizes: { envs, observationSize, choices, maskWords },
      ...{ maxEpisodeSteps, truncates, outcomes: part(outcomes), states: part(states) },
    });
  }

  /** A world that comes too late is closed at once. */
  private async make(options: HostWorldOptions): Promise<HostWorld> {
    const world = await this.create(options);
    if (this.closed) closeWorld(world);
    else this.worlds.push(world);
    return world;
  }

  /** [N][A] of [K][A][stride] */
  private actionsOf(actions: Float32Array, k: number): Float32Array {
    const { sizes, task } = this.options;
    const { envs, stride } = sizes;
    const { actionSize } = task.distribution;
    const rows = new Float32Array(envs * actionSize);
    for (let a = 0; a < actionSize; a++) {
      const begin = (k * actionSize + a) * stride;
      for (let n = 0; n < envs; n++) rows[n * actionSize + a] = actions[begin + n]!;
    }
    return rows;
  }

  /** The seeds of resets before step `step` of the rollout, from the device's random numbers. */
  private seedOf(k: number, step: number): SeedOf {
    const { iteration } = this;
    const { groupSize } = this.options;
    const { seeds, domain } = this.random;
    const high = Math.floor(iteration / 2 ** 32);
    const key = [seeds[k]!, 0, STREAM.reset + 2 ** 8 * high, domain] as const;
    const at = groupSize > 0 ? 0 : step;
    return (environment) => {
      const place = groupSize > 0 ? Math.floor(environment / groupSize) : environment;
      return threefry4x32(key, [iteration % 2 ** 32, at, place, 0])[0];
    };
  }
}

const cannotRestore = (id: string): HostWorldError =>
  new HostWorldError(
    `environment ${id}: the worlds were saved, but create returned one without restore`,
  );

/** Whatever goes wrong at the end of a world is no fault of the run. */
function closeWorld(world: HostWorld): void {
  Promise.resolve()
    .then(() => world?.close?.())
    .catch(() => {});
}

/** @throws HostWorldError for a state that JSON does not keep. */
function plain(id: string, saved: unknown): unknown {
  const text = JSON.stringify(saved);
  if (text !== undefined) return JSON.parse(text);
  throw new HostWorldError(`environment ${id}: save returned ${saved}; it must be plain data`);
}
