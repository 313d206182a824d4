/** Chooses the actions of a rollout step from the actor's output. */
import type { Tensor } from '../gpu/arena';
import { type Dispatch, read, write } from '../gpu/kernel';
import type { Runtime } from '../gpu/runtime';
import type { ParameterBlock } from '../kernels/blocks';
import { type ActingOptions, environmentWorkgroups, rolloutShape } from './rollout-shape';
import { ROLLOUT_LANES } from './task';

export interface ActOptions extends ActingOptions {
  /** The actor's output, [K][headSize][stride]. */
  readonly heads: Tensor;
  readonly parameters: ParameterBlock;
  /** Index of the distribution's first free parameter within an agent's parameters. */
  readonly freeOffset: number;
}

/** a ~ π(·|s) (or its mode) among the allowed actions, and log π(a|s), for every environment. */
export function act(runtime: Runtime, options: ActOptions, step: number): Dispatch {
  const { task, mode, agents, buffer, heads, parameters, freeOffset } = options;
  return runtime.kernels.kernel(task.program('rollout/act', { ROLLOUT_LANES })).dispatch({
    shape: rolloutShape(buffer.sizes, task, mode, step, {
      freeOffset,
      parameterStride: parameters.count,
    }),
    tensors: {
      agents: read(agents),
      heads: read(heads),
      parameters: read(parameters.tensor),
      actions: write(buffer.actions),
      log_probs: write(buffer.logProbs),
      masks: buffer.masks ? read(buffer.masks) : undefined,
    },
    workgroups: environmentWorkgroups(buffer.sizes),
  });
}
