/** The networks of a run, and whether fused kernels can compute them. */
import type { ValueHead } from '../advantages/value-heads';
import { ConfigError } from '../config/config-error';
import { ESTIMATORS } from '../config/estimators';
import type { PpoConfig } from '../config/ppo-config';
import type { Gpu } from '../gpu/device';
import { isF32 } from '../gpu/wgsl-number';
import { hasBits } from '../kernels/observation-bits';
import {
  type ActorCriticLayout,
  layoutActorCritic,
  type NetworkKinds,
} from '../network/actor-critic';
import { whyNotFused } from '../network/plan-limits';
import { rolloutBindings } from '../rollout/fused-rollout';
import type { TaskOutline } from '../rollout/task';
import type { TrainerOptions } from './trainer-options';

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

/** The first sentence about what is wrong with a head, or undefined. */
function headProblem(head: ValueHead, others: readonly string[]): string | undefined {
  const { name, gamma, gaeLambda = 0, coefficient, network, rewards } = head;
  const isShare = (value: number): boolean => value >= 0 && value <= 1;
  if (typeof name !== 'string' || name === '' || others.includes(name)) {
    return `name is ${name}; it must be a name that no other network has (${others.join(', ')})`;
  }
  if (!isShare(gamma)) return `gamma is ${gamma}; it must be from 0 to 1`;
  if (!isShare(gaeLambda)) return `gaeLambda is ${gaeLambda}; it must be from 0 to 1`;
  if (!isF32(coefficient)) return `coefficient is ${coefficient}; it must be a finite number`;
  if (network !== undefined && typeof network.layout !== 'function') {
    return 'network has no method layout; it must be a NetworkKind, such as mlp returns';
  }
  return typeof rewards === 'function' ? undefined : 'rewards is no function; it must record them';
}

/** @throws ConfigError for value heads that a run with this configuration cannot have. */
function checkHeads(heads: readonly ValueHead[], { advantageEstimator }: PpoConfig): void {
  const taken = ['actor', 'critic', 'actor and critic'];
  const problems = heads.flatMap((head, index) => {
    const problem = headProblem(head, [...taken, ...heads.slice(0, index).map(({ name }) => name)]);
    return problem === undefined ? [] : [`valueHeads[${index}].${problem}`];
  });
  if (heads.length > 0 && !ESTIMATORS[advantageEstimator].critic) {
    const why = `advantageEstimator ${advantageEstimator} trains no critic`;
    problems.push(`valueHeads are given, but ${why}; leave them out`);
  }
  if (problems.length > 0) throw new ConfigError(problems);
}

/** Why no network is fused in a task, or undefined. */
function whyNotFusedTask(task: TaskOutline): string | undefined {
  if (hasBits(task)) return 'observations of bits are not fused';
  return task.twoPlayers ? 'worlds of two players are not fused' : undefined;
}

/** @throws ConfigError for networks that do not go with the configuration, or are none. */
export function planNetworks(
  gpu: Gpu,
  config: PpoConfig,
  task: TaskOutline,
  { networks, valueHeads = [] }: Pick<TrainerOptions, 'networks' | 'valueHeads'> = {},
): Networks {
  if (networks) checkNetworks(networks, config);
  checkHeads(valueHeads, config);
  const withCritic = ESTIMATORS[config.advantageEstimator].critic;
  const { distribution, observationSize } = task;
  const own = { observationSize, withCritic, networks, valueHeads };
  const layout = layoutActorCritic({ ...config, ...distribution, ...own });
  const notFused =
    whyNotFusedTask(task) ??
    whyNotFused(layout, gpu, rolloutBindings(config.normObs, task.hasTables));
  return { layout, notFused };
}
