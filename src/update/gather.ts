/** Copies the samples of a minibatch from the rollout. */
import type { PpoConfig } from '../config/ppo-config';
import type { Tensor } from '../gpu/arena';
import { type Dispatch, read, write } from '../gpu/kernel';
import type { Runtime } from '../gpu/runtime';
import type { RolloutBuffer, ValueBuffer } from '../rollout/rollout-buffer';
import type { Task } from '../rollout/task';
import type { Minibatch } from './minibatches';

export const GATHER_LANES = 64;

export interface GatherOptions {
  readonly config: Pick<PpoConfig, 'minibatchBy'>;
  readonly task: Task;
  readonly agents: Tensor;
  readonly rollout: RolloutBuffer;
  readonly values: ValueBuffer;
  readonly minibatch: Minibatch;
}

/** The uniform record of kernels that gather (GatherShape in shaders/update/transitions.wesl). */
export function gatherShape({
  config,
  rollout: { sizes },
  minibatch,
}: Pick<GatherOptions, 'config' | 'rollout' | 'minibatch'>): Record<string, number> {
  return {
    environments: sizes.envs,
    stride: sizes.stride,
    steps: sizes.steps,
    rows: sizes.rows,
    samples: minibatch.samples,
    minibatch_stride: minibatch.stride,
    minibatches: (sizes.envs * sizes.steps) / minibatch.samples,
    by_environment: Number(config.minibatchBy === 'environments'),
    opaque_one: 1,
  };
}

/** Workgroups of kernels that gather, an invocation for every four samples. */
export function gatherWorkgroups(
  { stride }: Minibatch,
  agents: number,
): readonly [number, number, number] {
  return [Math.ceil(stride / (4 * GATHER_LANES)), 1, agents];
}

/** Copies the samples of the next minibatch, which the agents' records determine. */
export function gather(runtime: Runtime, options: GatherOptions): Dispatch {
  const { task, agents, rollout, values, minibatch } = options;
  return runtime.kernels.kernel(task.program('update/gather', { GATHER_LANES })).dispatch({
    shape: gatherShape(options),
    tensors: {
      agents: read(agents),
      observations: read(rollout.inputs),
      actions: read(rollout.actions),
      log_probs: read(rollout.logProbs),
      advantages: read(values.advantages),
      returns: read(values.returns),
      values: read(values.values),
      minibatch: write(minibatch.tensor),
    },
    workgroups: gatherWorkgroups(minibatch, rollout.sizes.agents),
  });
}
