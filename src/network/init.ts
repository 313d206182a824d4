/**
 * Initial parameters: every network as its kind begins, its outputs with the gains of the 37
 * details (detail 2; CleanRL ppo.py, `layer_init`). The outputs of the actor and the free
 * parameters begin where the distribution says (`initialOutputs`).
 */
import { Rng, STREAM } from '../kernels/rng';
import type { ActorCriticLayout, NetworkOutput } from './actor-critic';
import type { OutputStart } from './network';

/** Norm of the weights of the actor's head and of a value. */
const GAINS = { head: 0.01, value: 1 } as const;

function startOf({ kind, count }: NetworkOutput, initialOutputs: readonly number[]): OutputStart {
  const zeros = Array.from({ length: count }, () => 0);
  const bias = kind === 'head' ? initialOutputs.slice(0, count) : zeros;
  return { count, gain: GAINS[kind], bias };
}

/** The initial parameters [P] of the agent with this seed. */
export function initialParameters(layout: ActorCriticLayout, seed: number): Float32Array {
  const { networks, initialOutputs, freeOffset, freeSize } = layout;
  const rng = new Rng([seed, 0, STREAM.initialize, 0], [0, 0, 0]);
  const parameters = new Float32Array(layout.parameterCount);
  for (const { layout: own, outputs } of networks) {
    const starts = outputs.map((output) => startOf(output, initialOutputs));
    own.initialize(parameters, rng, starts);
  }
  parameters.set(initialOutputs.slice(initialOutputs.length - freeSize), freeOffset);
  return parameters;
}
