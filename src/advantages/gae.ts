/** Generalized advantage estimation in two forms, chosen by the shape of the rollout. */
import type { Tensor } from '../gpu/arena';
import { type Dispatch, type DispatchOptions, read, write } from '../gpu/kernel';
import type { Runtime } from '../gpu/runtime';
import type { RolloutBuffer, RolloutSizes, ValueBuffer } from '../rollout/rollout-buffer';
import { gaeScan, SCAN_LANES } from './gae-scan';

/** Workgroup size of kernels with one invocation per environment or reward. */
export const ADVANTAGE_LANES = 64;

/** serial: one invocation per environment; scan: one workgroup per environment. */
export type GaeForm = 'serial' | 'scan';

/** The scan pays if environments alone cannot fill the device and rollouts are long. */
export function gaeForm({ envs, steps }: Pick<RolloutSizes, 'envs' | 'steps'>): GaeForm {
  return envs <= 256 && steps >= 2 * SCAN_LANES ? 'scan' : 'serial';
}

export function gae(
  runtime: Runtime,
  agents: Tensor,
  rollout: RolloutBuffer,
  values: ValueBuffer,
  form: GaeForm = gaeForm(rollout.sizes),
): Dispatch {
  const { sizes } = rollout;
  const bindings: Omit<DispatchOptions, 'workgroups'> = {
    shape: {
      environments: sizes.envs,
      stride: sizes.stride,
      steps: sizes.steps,
      rows: sizes.rows,
    },
    tensors: {
      agents: read(agents),
      rewards: read(rollout.rewards),
      endings: read(rollout.endings),
      values: read(values.values),
      advantages: write(values.advantages),
      returns: write(values.returns),
    },
  };
  if (form === 'scan') return gaeScan(runtime, sizes, bindings);
  const constants = { ADVANTAGE_LANES };
  return runtime.kernels.kernel({ shader: 'advantages/gae', constants }).dispatch({
    ...bindings,
    workgroups: [Math.ceil(sizes.envs / ADVANTAGE_LANES), 1, sizes.agents],
  });
}
