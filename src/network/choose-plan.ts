import { ConfigError } from '../config/config-error';
import type { Gpu } from '../gpu/device';
import type { ActorCriticLayout } from './actor-critic';
import type { KernelPlan } from './kernel-plan';
import { candidatePlans } from './plan-candidates';
import { whyNotPlan } from './plan-limits';

/**
 * The plan that a run uses.
 * @param wanted defaults to the first of the candidates
 * @param notFused the result of `whyNotFused` for the networks
 * @throws ConfigError if the networks or the device do not allow the plan.
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
