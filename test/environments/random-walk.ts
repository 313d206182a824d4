/** Random actions in any environment: what the contract tests look at. */
import type { ActionSpace } from '../../src/action-space';
import type { EnvironmentDefinition } from '../../src/environments/definition';
import { read, write } from '../../src/gpu/kernel';
import { observationRows } from '../../src/kernels/observation-bits';
import { Rng } from '../../src/kernels/rng';
import { environmentWorkgroups, rolloutShape } from '../../src/rollout/rollout-shape';
import { ROLLOUT_LANES } from '../../src/rollout/task';
import { worldBindings } from '../../src/rollout/world-bindings';
import freshStart from '../shaders/fresh-start.wesl';
import { openRuntime, readWords, runDispatches } from '../support/run-dispatches';
import {
  type Actions,
  openWorld,
  playActions,
  type RolloutRows,
  readObservations,
  readRollout,
  reset,
  type World,
} from '../support/world';

/** How far beyond its bounds a continuous action may lie, as a part of their distance. */
const BEYOND = 0.25;

/** One field of a random action from four numbers in [0, 1). */
export function randomField(space: ActionSpace, field: number, u: number): number {
  if (space.type === 'discrete') return Math.floor(u * space.n);
  if (space.type === 'multi-discrete') return Math.floor(u * space.nvec[field]!);
  const bound = (value: number, other: number): number => (Number.isFinite(value) ? value : other);
  const [low, high] = [bound(space.low[field]!, -1), bound(space.high[field]!, 1)];
  return Math.fround(low + (high - low) * (u * (1 + 2 * BEYOND) - BEYOND));
}

/** [T · A][N] */
export function randomActions(
  space: ActionSpace,
  size: number,
  steps: number,
  envs: number,
): Actions {
  return Array.from({ length: steps * size }, (_, row) =>
    Array.from({ length: envs }, (_, n) => {
      const rng = new Rng([7, 0, 0, 0], [row, n, 0]);
      return randomField(space, row % size, rng.random());
    }),
  );
}

export interface Walk extends RolloutRows {
  /** The states' words, [N · stateWords], before and after. */
  readonly firstStates: readonly number[];
  readonly states: readonly number[];
  /** The words of the running episodes and their statistics. */
  readonly episodes: readonly number[];
  /** What a reset for step t would show, [T + 1][O][N]. */
  readonly fresh: number[][][];
}

async function readFresh(world: World): Promise<number[][][]> {
  const { runtime, buffer, task, agents, environments, mode } = world;
  const { steps, stride } = buffer.sizes;
  const shape = [steps + 1, observationRows(task), stride];
  const observations = runtime.arena.declare('fresh', shape, task.storage);
  runtime.arena.allocate();
  const [groups] = environmentWorkgroups(buffer.sizes);
  const dispatch = runtime.kernels
    .kernel(task.program('test/fresh-start', { ROLLOUT_LANES }))
    .dispatch({
      shape: rolloutShape(buffer.sizes, task, mode, 0),
      tensors: { agents: read(agents), observations: write(observations) },
      modules: worldBindings(environments),
      workgroups: [groups, steps + 1, 1],
    });
  await runDispatches(runtime, [dispatch]);
  return readObservations(world, observations);
}

/** Resets with a seed and takes random actions, which do not depend on the seed. */
export async function randomWalk(
  environment: EnvironmentDefinition,
  { envs, steps, seed }: { readonly envs: number; readonly steps: number; readonly seed: number },
): Promise<Walk> {
  const runtime = await openRuntime({ 'test/fresh-start': freshStart });
  const world = await openWorld(runtime, { environment, envs, steps, seed });
  await reset(world);
  const firstStates = await readWords(runtime, world.environments.states);
  const { actionSize } = world.task.distribution;
  await playActions(world, randomActions(environment.action, actionSize, steps, envs));
  const walk = {
    ...(await readRollout(world)),
    firstStates,
    states: await readWords(runtime, world.environments.states),
    episodes: await readWords(runtime, world.environments.episodes),
    fresh: await readFresh(world),
  };
  runtime.arena.destroy();
  runtime.kernels.destroy();
  return walk;
}
