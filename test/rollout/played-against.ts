/** Rollouts of a world of two players on the device, without a trainer. */
import { writeTensor } from '../../src/gpu/readback';
import { layoutActorCritic } from '../../src/network/actor-critic';
import { Rollout } from '../../src/rollout/rollout';
import { opponentPolicies } from '../../src/trainer/opponent-pool';
import { scheduleStage } from '../../src/trainer/schedule';
import type { MlpLayer } from '../reference/mlp';
import { layersOf } from '../support/network';
import { openRuntime, readWords, runDispatches } from '../support/run-dispatches';
import {
  openWorld,
  type RolloutRows,
  readRollout,
  type World,
  type WorldOptions,
} from '../support/world';
import { decisiveParameters } from './played';

export interface PlayedAgainstOptions extends WorldOptions {
  /** Q */
  readonly opponents: number;
}

export interface PlayedAgainst {
  readonly world: World;
  readonly learner: readonly MlpLayer[];
  /** [Q], no two of which are alike. */
  readonly opponents: readonly (readonly MlpLayer[])[];
  /** The states' words. */
  states(): Promise<number[]>;
  /** Runs one rollout; the next one is the next iteration. */
  next(): Promise<RolloutRows>;
}

const ACTIVATION = 'tanh';

/** Begins the first games, and prepares a rollout of random policies that prefer actions. */
export async function openPlayedAgainst(options: PlayedAgainstOptions): Promise<PlayedAgainst> {
  const runtime = await openRuntime();
  const world = await openWorld(runtime, options);
  const { observationSize, distribution } = world.task;
  const sizes = { ...distribution, observationSize, hiddenSizes: [6], activation: ACTIVATION };
  const layout = layoutActorCritic({ ...sizes, activation: ACTIVATION });
  const { parameterCount: count } = layout;
  const tensor = runtime.arena.declare('parameters', [1, count]);
  const pool = runtime.arena.declare('opponents', [1, options.opponents, count]);
  const rollout = new Rollout(runtime, {
    ...{ ...world, layout, parameters: { tensor, count }, opponents: opponentPolicies(pool) },
  });
  runtime.arena.allocate();
  const learner = decisiveParameters(layout);
  const opponents = Array.from({ length: options.opponents }, (_, q) =>
    decisiveParameters(layout, 21 + q),
  );
  writeTensor(runtime.gpu, tensor, learner);
  const all = new Float32Array(options.opponents * count);
  for (const [q, parameters] of opponents.entries()) all.set(parameters, q * count);
  writeTensor(runtime.gpu, pool, all);
  await runDispatches(runtime, rollout.reset().dispatches);
  const stages = [...rollout.stages(), scheduleStage(runtime, world.agents)];
  const dispatches = stages.flatMap((stage) => stage.dispatches);
  return {
    world,
    learner: layersOf(layout.actor, learner),
    opponents: opponents.map((parameters) => layersOf(layout.actor, parameters)),
    states: () => readWords(runtime, world.environments.states),
    next: async () => {
      await runDispatches(runtime, dispatches);
      return readRollout(world);
    },
  };
}
