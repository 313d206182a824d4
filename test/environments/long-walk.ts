/** A walk of thousands of steps, taken by a twin and by the device with the same actions. */
import { expect } from 'vitest';
import { DEFAULT_CONFIG } from '../../src/config/defaults';
import type { EnvironmentDefinition } from '../../src/environments/definition';
import { stateReader } from '../../src/environments/read-state';
import type { StateFields } from '../../src/environments/state-fields';
import { readTensor, writeTensor } from '../../src/gpu/readback';
import { initialAgent, packAgents } from '../../src/trainer/agent-record';
import type { Environment, EnvironmentStep } from '../reference/environment';
import { Rng, STREAM } from '../reference/rng';
import { openRuntime } from '../support/run-dispatches';
import { openWorld, playActions, readRows, reset, type World } from '../support/world';

/** Steps of one rollout; after each, all states are compared. */
const ROLLOUT = 32;
/** One environment in so many looks one step ahead, so that its episodes last. */
const CAREFUL = 5;

export interface LongWalk<State> {
  readonly environment: EnvironmentDefinition;
  readonly twin: Environment<State>;
  /** The twin's state by the members of the shader's State. */
  readonly fieldsOf: (state: State) => StateFields;
  /** Puts in order what a device has in any order. */
  readonly inOrder?: (fields: StateFields) => StateFields;
  readonly envs: number;
  /** A multiple of 32. */
  readonly steps: number;
  readonly seed: number;
}

interface Walker<State> {
  readonly state: State;
  readonly length: number;
}

interface TakenStep<State> {
  readonly action: number;
  readonly walker: Walker<State>;
  readonly reward: number;
  /** 0 continues, 1 terminated, 2 truncated */
  readonly ending: number;
}

/** The twins of all environments, which have discrete actions. */
class Twins<State> {
  private walkers: readonly Walker<State>[];

  constructor(private readonly walk: LongWalk<State>) {
    this.walkers = Array.from({ length: walk.envs }, (_, n) => this.start(0, 0, n));
  }

  get states(): State[] {
    return this.walkers.map(({ state }) => state);
  }

  /** One step of all environments, with the actions that it chooses. */
  step(iteration: number, t: number): readonly TakenStep<State>[] {
    const taken = this.walkers.map((walker, n) => this.stepOne(walker, iteration, t, n));
    this.walkers = taken.map(({ walker }) => walker);
    return taken;
  }

  private rng(stream: number, iteration: number, t: number, n: number): Rng {
    return new Rng({ seed: this.walk.seed, stream, domain: 0 }, iteration, t, n);
  }

  private start(iteration: number, t: number, n: number): Walker<State> {
    return { state: this.walk.twin.reset(this.rng(STREAM.reset, iteration, t, n)), length: 0 };
  }

  private stepOne(walker: Walker<State>, iteration: number, t: number, n: number) {
    const { action, step } = this.choose(walker.state, iteration, t, n);
    const length = walker.length + 1;
    const limited = length === this.walk.environment.maxEpisodeSteps;
    const ending = step.terminated ? 1 : limited ? 2 : 0;
    const next = ending === 0 ? { state: step.state, length } : this.start(iteration, t + 1, n);
    return { action, walker: next, reward: step.reward, ending };
  }

  /** A random action; careful environments take another one where it ends the episode. */
  private choose(state: State, iteration: number, t: number, n: number) {
    const { action: space } = this.walk.environment;
    const choices = space.type === 'discrete' ? space.n : 0;
    const take = (action: number): { action: number; step: EnvironmentStep<State> } => ({
      action,
      step: this.walk.twin.step(state, [action], this.rng(STREAM.step, iteration, t, n)),
    });
    const first = Math.floor(
      new Rng({ seed: 7, stream: 0, domain: 0 }, iteration, t, n).random() * choices,
    );
    let taken = take(first);
    for (let k = 1; k < choices && taken.step.terminated && n % CAREFUL === 0; k++) {
      taken = take((first + k) % choices);
    }
    return taken;
  }
}

/** Makes the next rollout that of another iteration, which draws other numbers. */
function beginIteration({ runtime, agents }: World, seed: number, iteration: number): void {
  const agent = initialAgent({ ...DEFAULT_CONFIG, seed }, 0);
  writeTensor(runtime.gpu, agents, packAgents([{ ...agent, iteration }]));
}

async function expectStates<State>(world: World, walk: LongWalk<State>, states: readonly State[]) {
  const { stateWords } = world.task;
  const { inOrder = (fields: StateFields) => fields } = walk;
  const read = stateReader(walk.environment, stateWords);
  const bytes = await readTensor(world.runtime.gpu, world.environments.states);
  for (const [n, state] of states.entries()) {
    const words = new DataView(bytes, 4 * n * stateWords, 4 * stateWords);
    expect(inOrder(read(words).state), `state of environment ${n}`).toEqual(walk.fieldsOf(state));
  }
}

/** What happened on the way of the twin. */
export interface WalkSummary {
  /** Distinct rewards, in ascending order. */
  readonly rewards: readonly number[];
  readonly terminations: number;
  readonly truncations: number;
}

/** Expects rewards and endings of every step to be equal, and states after every rollout. */
export async function expectEqualWalks<State>(walk: LongWalk<State>): Promise<WalkSummary> {
  const { environment, envs, steps, seed } = walk;
  const runtime = await openRuntime();
  const world = await openWorld(runtime, { environment, envs, steps: ROLLOUT, seed });
  const twins = new Twins(walk);
  const rewards = new Set<number>();
  const endings = [0, 0, 0];
  await reset(world);
  await expectStates(world, walk, twins.states);
  for (let iteration = 0; iteration < steps / ROLLOUT; iteration++) {
    beginIteration(world, seed, iteration);
    const rows = Array.from({ length: ROLLOUT }, (_, t) => twins.step(iteration, t));
    await playActions(
      world,
      rows.map((row) => row.map(({ action }) => action)),
    );
    const place = `of steps ${iteration * ROLLOUT} to ${(iteration + 1) * ROLLOUT - 1}`;
    const shown = await readRows(world, world.buffer.rewards);
    expect(shown, `rewards ${place}`).toEqual(rows.map((row) => row.map(({ reward }) => reward)));
    const ended = await readRows(world, world.buffer.endings);
    expect(
      ended.map((row) => row.map((ending) => Math.min(ending, 2))),
      `endings ${place}`,
    ).toEqual(rows.map((row) => row.map(({ ending }) => ending)));
    await expectStates(world, walk, twins.states);
    for (const { reward, ending } of rows.flat()) {
      rewards.add(reward);
      endings[ending]! += 1;
    }
  }
  runtime.arena.destroy();
  runtime.kernels.destroy();
  return {
    rewards: [...rewards].sort((a, b) => a - b),
    terminations: endings[1]!,
    truncations: endings[2]!,
  };
}
