/** Rollouts of a policy on the device, without a trainer. */
import type { Activation } from '../../src/config/choices';
import { writeTensor } from '../../src/gpu/readback';
import type { ParameterBlock } from '../../src/kernels/blocks';
import { type ActorCriticLayout, layoutActorCritic } from '../../src/network/actor-critic';
import { initialParameters } from '../../src/network/init';
import { Rollout } from '../../src/rollout/rollout';
import { scheduleStage } from '../../src/trainer/schedule';
import { layersIn } from '../support/network';
import { openRuntime, runDispatches } from '../support/run-dispatches';
import {
  openWorld,
  type RolloutRows,
  readRollout,
  reset,
  type World,
  type WorldOptions,
} from '../support/world';

export interface PlayOptions extends WorldOptions {
  readonly hiddenSizes: readonly number[];
  readonly activation: Activation;
  /** All parameters of the policy, given its layout; default random ones that prefer actions. */
  readonly parametersFor?: (layout: ActorCriticLayout) => Float32Array;
}

export interface Played {
  readonly world: World;
  readonly layout: ActorCriticLayout;
  readonly parameters: Float32Array;
  readonly block: ParameterBlock;
  /** Runs one rollout; the next one is the next iteration. */
  next(): Promise<RolloutRows>;
}

/** Initial parameters with logits that differ by about 1 instead of 0.01. */
export function decisiveParameters(layout: ActorCriticLayout, seed = 11): Float32Array {
  const parameters = initialParameters(layout, seed);
  const { weightOffset, inputs, outputs } = layersIn(layout.actor).at(-1)!;
  for (let i = 0; i < inputs * outputs; i++) parameters[weightOffset + i]! *= 100;
  return parameters;
}

/** Declares and resets environments, and prepares a rollout of a policy in them. */
export async function openPlayed(options: PlayOptions): Promise<Played> {
  const { hiddenSizes, activation, parametersFor = (of) => decisiveParameters(of) } = options;
  const runtime = await openRuntime();
  const world = await openWorld(runtime, options);
  const { observationSize, distribution } = world.task;
  const layout = layoutActorCritic({ ...distribution, observationSize, hiddenSizes, activation });
  const tensor = runtime.arena.declare('parameters', [1, layout.parameterCount]);
  const block = { tensor, count: layout.parameterCount };
  const rollout = new Rollout(runtime, { ...world, layout, parameters: block });
  runtime.arena.allocate();
  const parameters = parametersFor(layout);
  writeTensor(runtime.gpu, tensor, parameters);
  await reset(world);
  const stages = [...rollout.stages(), scheduleStage(runtime, world.agents)];
  const next = async (): Promise<RolloutRows> => {
    await runDispatches(
      runtime,
      stages.flatMap(({ dispatches }) => dispatches),
    );
    return readRollout(world);
  };
  return { world, layout, parameters, block, next };
}
