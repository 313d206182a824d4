/** Generalized advantage estimation in two forms, chosen by the shape of the rollout. */
import type { Tensor } from '../gpu/arena';
import { type Dispatch, read, write } from '../gpu/kernel';
import type { Runtime } from '../gpu/runtime';
import type { RolloutBuffer, RolloutSizes, ValueBuffer } from '../rollout/rollout-buffer';

/** Invocations of a workgroup where each has one environment, or one reward. */
export const ADVANTAGE_LANES = 64;
const SCAN_LANES = 64;

/** serial: one invocation per environment; scan: one workgroup per environment. */
export type GaeForm = 'serial' | 'scan';

/** The scan pays where environments alone cannot fill the device and rollouts are long. */
export function gaeForm({ envs, steps }: Pick<RolloutSizes, 'envs' | 'steps'>): GaeForm {
  return envs <= 256 && steps >= 2 * SCAN_LANES ? 'scan' : 'serial';
}

export function gae(
  { kernels }: Runtime,
  agents: Tensor,
  rollout: RolloutBuffer,
  values: ValueBuffer,
  form: GaeForm = gaeForm(rollout.sizes),
): Dispatch {
  const { sizes } = rollout;
  const kernel =
    form === 'scan'
      ? kernels.kernel({ shader: 'advantages/gae-scan', constants: { SCAN_LANES } })
      : kernels.kernel({ shader: 'advantages/gae', constants: { ADVANTAGE_LANES } });
  const groups = form === 'scan' ? sizes.envs : Math.ceil(sizes.envs / ADVANTAGE_LANES);
  return kernel.dispatch({
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
    workgroups: [groups, 1, sizes.agents],
  });
}
