/** Generalized advantage estimation in two forms, chosen by the shape of the rollout. */
import type { Tensor } from '../gpu/arena';
import { type Dispatch, type DispatchOptions, read, write } from '../gpu/kernel';
import type { KernelSource } from '../gpu/program';
import type { Runtime } from '../gpu/runtime';
import { f32Literal } from '../gpu/wgsl-number';
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

/** γ and λ in place of those of the agents. */
export interface Discount {
  readonly gamma: number;
  readonly lambda: number;
}

/** What a kernel that is linked with its own γ and λ differs in. */
function ownDiscount({ gamma, lambda }: Discount): Pick<KernelSource, 'constants' | 'conditions'> {
  const constants = { GAMMA: f32Literal(gamma), LAMBDA: f32Literal(lambda) };
  return { constants, conditions: { own_discount: true } };
}

/** @param discount by default that of the agents' records */
export function gae(
  runtime: Runtime,
  agents: Tensor,
  rollout: RolloutBuffer,
  values: ValueBuffer,
  form: GaeForm = gaeForm(rollout.sizes),
  discount?: Discount,
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
      agents: discount ? undefined : read(agents),
      rewards: read(rollout.rewards),
      endings: read(rollout.endings),
      values: read(values.values),
      advantages: write(values.advantages),
      returns: write(values.returns),
    },
  };
  const own = discount ? ownDiscount(discount) : {};
  if (form === 'scan') return gaeScan(runtime, sizes, bindings, own);
  const constants = { ADVANTAGE_LANES, ...own.constants };
  return runtime.kernels.kernel({ shader: 'advantages/gae', ...own, constants }).dispatch({
    ...bindings,
    workgroups: [Math.ceil(sizes.envs / ADVANTAGE_LANES), 1, sizes.agents],
  });
}
