/** Walks of many environments on the device with their states before and after every step. */
import { DEFAULT_CONFIG } from '../../src/config/defaults';
import type { EnvironmentDefinition } from '../../src/environments/definition';
import { type StateReader, stateReader } from '../../src/environments/read-state';
import type { StateFields } from '../../src/environments/state-fields';
import type { Tensor } from '../../src/gpu/arena';
import type { Dispatch } from '../../src/gpu/kernel';
import { readTensor, writeTensor } from '../../src/gpu/readback';
import { envStep } from '../../src/rollout/env-step';
import { rolloutStart } from '../../src/rollout/rollout-start';
import { traceStates } from '../../src/rollout/trace-states';
import { initialAgent, packAgents } from '../../src/trainer/agent-record';
import { openRuntime, runDispatches } from '../support/run-dispatches';
import {
  type Actions,
  openWorld,
  readRows,
  reset,
  type World,
  writeActions,
} from '../support/world';

/** The steps of one rollout. */
export interface TracedRollout {
  /** Before each step, and behind the last one and its reset, [T + 1][N]. */
  readonly states: StateFields[][];
  /** [T][N] each; see shaders/rollout/episode.wesl */
  readonly rewards: number[][];
  readonly endings: number[][];
}

export interface TracedSizes {
  readonly envs: number;
  /** Of one rollout. */
  readonly steps: number;
  readonly seed: number;
}

export interface TracedWorld extends World {
  readonly sizes: TracedSizes;
  readonly read: StateReader;
  readonly trace: Tensor;
  /** A rollout with whatever actions have been written. */
  readonly rollout: readonly Dispatch[];
}

/** Environments at the start of their first episodes. */
export async function openTraced(
  environment: EnvironmentDefinition,
  sizes: TracedSizes,
): Promise<TracedWorld> {
  const runtime = await openRuntime();
  const world = await openWorld(runtime, { environment, ...sizes });
  const { stateWords } = world.task;
  const shape = [sizes.steps + 1, 1, sizes.envs, stateWords];
  const trace = runtime.arena.declare('trace', shape, 'u32');
  runtime.arena.allocate();
  await reset(world);
  const keep = (step: number): Dispatch => traceStates(runtime, world.environments, trace, step);
  const steps = Array.from({ length: sizes.steps }, (_, step) => [
    keep(step),
    ...envStep(runtime, world, step),
  ]);
  const rollout = [rolloutStart(runtime, world), ...steps.flat(), keep(sizes.steps)];
  return { ...world, sizes, read: stateReader(environment, stateWords), trace, rollout };
}

/** Takes the steps of one iteration's rollout. @param actions [T · A][N] */
export async function playTraced(
  world: TracedWorld,
  iteration: number,
  actions: Actions,
): Promise<TracedRollout> {
  const { runtime, sizes, agents, buffer, trace, read } = world;
  const config = { ...DEFAULT_CONFIG, numEnvs: sizes.envs, seed: sizes.seed };
  writeTensor(runtime.gpu, agents, packAgents([{ ...initialAgent(config, 0), iteration }]));
  writeActions(world, actions);
  await runDispatches(runtime, world.rollout);
  const bytes = await readTensor(runtime.gpu, trace);
  const size = 4 * world.task.stateWords;
  const stateAt = (t: number, n: number): StateFields =>
    read(new DataView(bytes, (t * sizes.envs + n) * size, size)).state;
  return {
    states: Array.from({ length: sizes.steps + 1 }, (_, t) =>
      Array.from({ length: sizes.envs }, (_, n) => stateAt(t, n)),
    ),
    rewards: await readRows(world, buffer.rewards),
    endings: await readRows(world, buffer.endings),
  };
}

export function closeTraced({ runtime }: TracedWorld): void {
  runtime.arena.destroy();
  runtime.kernels.destroy();
}
