/** Copies the samples of a minibatch from the rollout. */
import type { PpoConfig } from '../config/ppo-config';
import type { Tensor } from '../gpu/arena';
import { type Dispatch, read, write } from '../gpu/kernel';
import type { Runtime } from '../gpu/runtime';
import { hasBits } from '../kernels/observation-bits';
import type { RolloutBuffer, ValueBuffer } from '../rollout/rollout-buffer';
import type { Task } from '../rollout/task';
import type { Minibatch } from './minibatches';

export const GATHER_LANES = 64;
/** Numbers of an observation that are too many for one invocation. */
const MANY_NUMBERS = 256;

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

/** Whether observations have a kernel of their own, gather-observations. */
export function isObservedApart(task: Task): boolean {
  return hasBits(task) || task.observationSize >= MANY_NUMBERS;
}

/**
 * Copies the samples of the next minibatch, which the agents' records determine, but for
 * observations that have a kernel of their own.
 */
export function gather(runtime: Runtime, options: GatherOptions): Dispatch {
  const { task, agents, rollout, values, minibatch } = options;
  const apart = isObservedApart(task);
  const source = task.program('update/gather', { GATHER_LANES });
  const kernel = runtime.kernels.kernel({
    ...source,
    conditions: { ...source.conditions, observed_apart: apart },
  });
  return kernel.dispatch({
    shape: gatherShape(options),
    tensors: {
      agents: read(agents),
      observations: apart ? undefined : read(rollout.inputs),
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
