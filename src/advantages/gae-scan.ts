/** Generalized advantage estimation as a parallel scan over time. */
import type { Dispatch, DispatchOptions } from '../gpu/kernel';
import type { KernelSource } from '../gpu/program';
import type { Runtime } from '../gpu/runtime';
import type { RolloutSizes } from '../rollout/rollout-buffer';

/** Invocations of an environment's workgroup, each with a run of consecutive steps. */
export const SCAN_LANES = 64;

/**
 * @param bindings those of `gae`
 * @param own the constants and conditions of a discount of its own
 */
export function gaeScan(
  { kernels }: Runtime,
  { agents, envs }: RolloutSizes,
  bindings: Omit<DispatchOptions, 'workgroups'>,
  own: Pick<KernelSource, 'constants' | 'conditions'>,
): Dispatch {
  return kernels
    .kernel({ shader: 'advantages/gae-scan', ...own, constants: { SCAN_LANES, ...own.constants } })
    .dispatch({ ...bindings, workgroups: [envs, 1, agents] });
}
