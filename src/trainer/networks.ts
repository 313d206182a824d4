/** The networks of a run, and whether fused kernels can compute them. */
import { ConfigError } from '../config/config-error';
import { ESTIMATORS } from '../config/estimators';
import type { PpoConfig } from '../config/ppo-config';
import type { Gpu } from '../gpu/device';
import {
  type ActorCriticLayout,
  layoutActorCritic,
  type NetworkKinds,
} from '../network/actor-critic';
import { whyNotFused } from '../network/plan-limits';
import { rolloutBindings } from '../rollout/fused-rollout';
import type { TaskOutline } from '../rollout/task';

export interface Networks {
  readonly layout: ActorCriticLayout;
  /** Why there are no fused kernels for them, or undefined. */
  readonly notFused: string | undefined;
}

/** @throws ConfigError for networks that a run with this configuration cannot have. */
function checkNetworks(networks: NetworkKinds, config: PpoConfig): void {
  const { sharedTrunk, advantageEstimator } = config;
  const refuse = (problem: string): never => {
    throw new ConfigError([problem]);
  };
  for (const [name, kind] of Object.entries(networks)) {
    if (!['actor', 'critic'].includes(name)) {
      refuse(`networks has ${name}; it may have actor and critic`);
    }
    if (kind !== undefined && typeof kind?.layout !== 'function') {
      refuse(
        `networks.${name} has no method layout; it must be a NetworkKind, such as mlp returns`,
      );
    }
  }
  if (sharedTrunk) {
    refuse('networks are given, but sharedTrunk is true, which is one perceptron; set it to false');
  }
  if (networks.critic && !ESTIMATORS[advantageEstimator].critic) {
    const why = `advantageEstimator ${advantageEstimator} trains no critic`;
    refuse(`networks.critic is given, but ${why}; leave it out`);
  }
}

/** @throws ConfigError for networks that do not go with the configuration, or are none. */
export function planNetworks(
  gpu: Gpu,
  config: PpoConfig,
  { distribution, observationSize }: TaskOutline,
  networks?: NetworkKinds,
): Networks {
  if (networks) checkNetworks(networks, config);
  const withCritic = ESTIMATORS[config.advantageEstimator].critic;
  const own = { observationSize, withCritic, networks };
  const layout = layoutActorCritic({ ...config, ...distribution, ...own });
  return { layout, notFused: whyNotFused(layout, gpu, rolloutBindings(config.normObs)) };
}
