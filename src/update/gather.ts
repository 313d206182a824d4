/** Copies the samples of a minibatch from the rollout. */
import type { PpoConfig } from '../config/ppo-config';
import type { Tensor } from '../gpu/arena';
import { type Dispatch, read, write } from '../gpu/kernel';
import type { Runtime } from '../gpu/runtime';
import type { RolloutBuffer, ValueBuffer } from '../rollout/rollout-buffer';
import type { Task } from '../rollout/task';
import type { Minibatch } from './minibatches';

const GATHER_LANES = 64;

export interface GatherOptions {
  readonly config: Pick<PpoConfig, 'minibatchBy'>;
  readonly task: Task;
  readonly agents: Tensor;
  readonly rollout: RolloutBuffer;
  readonly values: ValueBuffer;
  readonly minibatch: Minibatch;
}

/** Copies the samples of the next minibatch, which the agents' records determine. */
export function gather(
  runtime: Runtime,
  { config, task, agents, rollout, values, minibatch }: GatherOptions,
): Dispatch {
  const { sizes } = rollout;
  return runtime.kernels.kernel(task.program('update/gather', { GATHER_LANES })).dispatch({
    shape: {
      environments: sizes.envs,
      stride: sizes.stride,
      steps: sizes.steps,
      rows: sizes.rows,
      samples: minibatch.samples,
      minibatch_stride: minibatch.stride,
      minibatches: (sizes.envs * sizes.steps) / minibatch.samples,
      by_environment: Number(config.minibatchBy === 'environments'),
      one: 1,
    },
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
    workgroups: [Math.ceil(minibatch.stride / (4 * GATHER_LANES)), 1, sizes.agents],
  });
}
