import { ConfigError } from '../config/config-error';
import type { Gpu } from '../gpu/device';
import type { ActorCriticLayout } from './actor-critic';
import type { KernelPlan } from './kernel-plan';
import { candidatePlans } from './plan-candidates';
import { whyNotPlan } from './plan-limits';

/**
 * The plan that a run uses.
 * @param wanted by default the first of the candidates
 * @param notFused what `whyNotFused` says of the networks
 * @throws ConfigError for a plan that the networks or the device do not allow.
 */
export function choosePlan(
  wanted: KernelPlan | undefined,
  layout: ActorCriticLayout,
  gpu: Gpu,
  notFused: string | undefined,
): KernelPlan {
  if (!wanted) return candidatePlans(layout, gpu, notFused)[0]!;
  const problem = whyNotPlan(wanted, layout, gpu, notFused);
  if (problem !== undefined) throw new ConfigError([problem]);
  return wanted;
}
