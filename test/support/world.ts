/** Environments on the device without a trainer: their memory, and how to write and read it. */

import { DEFAULT_CONFIG } from '../../src/config/defaults';
import type { PpoConfig } from '../../src/config/ppo-config';
import type { EnvironmentDefinition } from '../../src/environments/definition';
import type { Tensor } from '../../src/gpu/arena';
import { readTensor, writeTensor } from '../../src/gpu/readback';
import type { Runtime } from '../../src/gpu/runtime';
import { hasBits, observationRows } from '../../src/kernels/observation-bits';
import { envReset } from '../../src/rollout/env-reset';
import { envStep } from '../../src/rollout/env-step';
import { declareEnvironmentStates } from '../../src/rollout/environment-states';
import { declareRolloutBuffer, rolloutSizes } from '../../src/rollout/rollout-buffer';
import type { EnvironmentOptions, RolloutMode } from '../../src/rollout/rollout-shape';
import { rolloutStart } from '../../src/rollout/rollout-start';
import { createTask, type Task } from '../../src/rollout/task';
import { writeWorld } from '../../src/rollout/world-bindings';
import { AGENT_WORDS, initialAgent, packAgents } from '../../src/trainer/agent-record';
import { floatsOf, runDispatches } from './run-dispatches';

/** One agent's environments, and a rollout that they write to. */
export interface World extends EnvironmentOptions {
  readonly runtime: Runtime;
}

export interface WorldOptions {
  readonly environment: EnvironmentDefinition;
  readonly envs: number;
  readonly steps: number;
  readonly seed?: number;
  /** Hyperparameters that override the general defaults. */
  readonly config?: Partial<PpoConfig>;
  readonly mode?: RolloutMode;
  /** Workgroup size of the rollout's kernels, larger than the default. */
  readonly lanes?: number | undefined;
}

/** The task with another workgroup size in its kernels. */
function withLanes(task: Task, lanes: number | undefined): Task {
  if (lanes === undefined) return task;
  const program: Task['program'] = (shader, constants) =>
    task.program(shader, { ...constants, ROLLOUT_LANES: lanes });
  return { ...task, program };
}

const TRAINING: RolloutMode = { greedy: false, episodeLimit: 0, groupSize: 0 };

/** Allocates the memory, without a reset. */
export async function openWorld(runtime: Runtime, options: WorldOptions): Promise<World> {
  const { environment, envs, steps, seed = 1, lanes, mode = TRAINING } = options;
  const task = withLanes(await createTask(runtime.gpu, environment, options.config), lanes);
  const sizes = rolloutSizes(1, envs, steps, task, mode.groupSize > 0);
  const agents = runtime.arena.declare('agents', [1, AGENT_WORDS], 'u32');
  const environments = declareEnvironmentStates(runtime.arena, sizes, task);
  const buffer = declareRolloutBuffer(runtime.arena, sizes, task);
  runtime.arena.allocate();
  writeWorld(runtime.gpu, environments, environment);
  const config = { ...DEFAULT_CONFIG, ...options.config, numEnvs: envs, numSteps: steps, seed };
  writeTensor(runtime.gpu, agents, packAgents([initialAgent(config, 0)]));
  return { runtime, task, mode, agents, environments, buffer };
}

/** Puts every environment at the start of its first episode. */
export async function reset(world: World): Promise<void> {
  await runDispatches(world.runtime, [envReset(world.runtime, world)]);
}

/** Actions of a whole rollout, [T · A][N]. */
export type Actions = readonly (readonly number[])[];

/** Leaves the masks of the actions empty, which lie behind each of them. */
export function writeActions({ runtime, buffer, task }: World, actions: Actions): void {
  const { stride } = buffer.sizes;
  const { actionSize, actionRows } = task.distribution;
  const padded = new Float32Array((actions.length / actionSize) * actionRows * stride);
  for (const [index, row] of actions.entries()) {
    const step = Math.floor(index / actionSize);
    padded.set(row, (step * actionRows + (index % actionSize)) * stride);
  }
  writeTensor(runtime.gpu, buffer.actions, padded);
}

/** Runs one rollout with these actions instead of a policy's. */
export async function playActions(world: World, actions: Actions): Promise<void> {
  const { runtime, buffer } = world;
  const { steps } = buffer.sizes;
  writeActions(world, actions);
  await runDispatches(runtime, [
    rolloutStart(runtime, world),
    ...Array.from({ length: steps }, (_, step) => envStep(runtime, world, step)).flat(),
  ]);
}

/** Rows of a tensor whose innermost axis is the environments with their padding, [rows][N]. */
export async function readRows({ runtime, buffer }: World, tensor: Tensor): Promise<number[][]> {
  const bytes = await readTensor(runtime.gpu, tensor);
  const words = tensor.type === 'u32' ? [...new Uint32Array(bytes)] : floatsOf(bytes, tensor.type);
  const { envs, stride } = buffer.sizes;
  const rows = tensor.shape.slice(0, -1).reduce((product, size) => product * size, 1);
  return Array.from({ length: rows }, (_, row) => [
    ...words.slice(row * stride, row * stride + envs),
  ]);
}

/** Results of a rollout, without the padding. */
export interface RolloutRows {
  /** [T + 1 + F][O][N] */
  readonly observations: number[][][];
  /** [T · actionRows][N]: each action, followed by its mask's words if there are masks. */
  readonly actions: number[][];
  /** [T][N] each */
  readonly logProbs: number[][];
  readonly rewards: number[][];
  readonly endings: number[][];
}

/** Observations as numbers, [rows][O][N], of a tensor in which they may be bits. */
export async function readObservations(world: World, tensor: Tensor): Promise<number[][][]> {
  const { task } = world;
  const stored = await readRows(world, tensor);
  const rows = observationRows(task);
  return Array.from({ length: stored.length / rows }, (_, row) => {
    const own = stored.slice(row * rows, (row + 1) * rows);
    if (!hasBits(task)) return own;
    return Array.from({ length: task.observationSize }, (_, i) =>
      own[Math.floor(i / 32)]!.map((word) => (word >>> (i % 32)) & 1),
    );
  });
}

export async function readRollout(world: World): Promise<RolloutRows> {
  const { buffer } = world;
  return {
    observations: await readObservations(world, buffer.observations),
    actions: await readRows(world, buffer.actions),
    logProbs: await readRows(world, buffer.logProbs),
    rewards: await readRows(world, buffer.rewards),
    endings: await readRows(world, buffer.endings),
  };
}

/** Every environment's State in WGSL's layout, [N][stateWords], read as floats. */
export async function readStates({ runtime, environments, task }: World): Promise<number[][]> {
  const bytes = await readTensor(runtime.gpu, environments.states);
  const values = new Float32Array(bytes);
  return Array.from({ length: environments.states.shape[1]! }, (_, n) => [
    ...values.subarray(n * task.stateWords, (n + 1) * task.stateWords),
  ]);
}
