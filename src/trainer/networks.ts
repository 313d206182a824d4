/** The networks of a run, and whether fused kernels can compute them. */
import { ESTIMATORS } from '../config/estimators';
import type { PpoConfig } from '../config/ppo-config';
import type { Gpu } from '../gpu/device';
import { type ActorCriticLayout, layoutActorCritic } from '../network/actor-critic';
import { whyNotFused } from '../network/plan-limits';
import { rolloutBindings } from '../rollout/fused-rollout';
import type { TaskOutline } from '../rollout/task';

export interface Networks {
  readonly layout: ActorCriticLayout;
  /** Why there are no fused kernels for them, or undefined. */
  readonly notFused: string | undefined;
}

export function planNetworks(
  gpu: Gpu,
  config: PpoConfig,
  { distribution, observationSize }: TaskOutline,
): Networks {
  const withCritic = ESTIMATORS[config.advantageEstimator].critic;
  const layout = layoutActorCritic({ ...config, ...distribution, observationSize, withCritic });
  return { layout, notFused: whyNotFused(layout, gpu, rolloutBindings(config.normObs)) };
}
