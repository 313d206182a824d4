/** An environment's dynamics alone, from given states. */
import type { EnvironmentDefinition } from '../../src/environments/definition';
import { read, write } from '../../src/gpu/kernel';
import { readTensor, writeTensor } from '../../src/gpu/readback';
import { environmentWorkgroups, rolloutShape } from '../../src/rollout/rollout-shape';
import { ROLLOUT_LANES } from '../../src/rollout/task';
import { worldBindings } from '../../src/rollout/world-bindings';
import oneStep from '../shaders/one-step.wesl';
import { openRuntime, runDispatches } from '../support/run-dispatches';
import { openWorld, readRows, readStates, type World, writeActions } from '../support/world';

/** The first numbers of a State of floats, or the words of a whole State. */
export type GivenState = readonly number[] | Uint32Array;

/** Sets every environment's state; [N] */
export function writeStates(world: World, states: readonly GivenState[]): void {
  const { stateWords } = world.task;
  const words = new Uint32Array(states.length * stateWords);
  for (const [n, state] of states.entries()) {
    const given =
      state instanceof Uint32Array ? state : new Uint32Array(Float32Array.from(state).buffer);
    words.set(given, n * stateWords);
  }
  writeTensor(world.runtime.gpu, world.environments.states, words);
}

export interface OneStep {
  /** As floats. */
  readonly state: readonly number[];
  /** As it lies in memory. */
  readonly words: DataView;
  readonly observation: readonly number[];
  readonly reward: number;
  readonly terminated: boolean;
}

export interface OneStepCase {
  /** [N] */
  readonly states: readonly GivenState[];
  /** [A][N] */
  readonly actions: readonly (readonly number[])[];
}

/** What `step` and `observe` make of each state. */
export async function takeOneStep(
  environment: EnvironmentDefinition,
  { states, actions }: OneStepCase,
): Promise<OneStep[]> {
  const runtime = await openRuntime({ 'test/one-step': oneStep });
  const world = await openWorld(runtime, { environment, envs: states.length, steps: 1 });
  const { buffer, task, environments, mode } = world;
  const { stride } = buffer.sizes;
  const outcomes = runtime.arena.declare('outcomes', [2 + task.observationSize, stride]);
  runtime.arena.allocate();
  writeStates(world, states);
  writeActions(world, actions);
  const dispatch = runtime.kernels
    .kernel(task.program('test/one-step', { ROLLOUT_LANES }))
    .dispatch({
      shape: rolloutShape(buffer.sizes, task, mode, 0),
      tensors: {
        actions: read(buffer.actions),
        states: write(environments.states),
        outcomes: write(outcomes),
      },
      modules: worldBindings(environments),
      workgroups: environmentWorkgroups(buffer.sizes),
    });
  await runDispatches(runtime, [dispatch]);
  const next = await readStates(world);
  const bytes = await readTensor(runtime.gpu, environments.states);
  const [rewards, terminated, ...fields] = await readRows(world, outcomes);
  runtime.arena.destroy();
  return next.map((state, n) => ({
    state,
    words: new DataView(bytes, 4 * n * task.stateWords, 4 * task.stateWords),
    reward: rewards![n]!,
    terminated: terminated![n] === 1,
    observation: fields.map((field) => field[n]!),
  }));
}
