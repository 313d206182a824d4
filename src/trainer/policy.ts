/**
 * Policies that a run ends with and another can begin with: parameters and normalizer statistics.
 */

import { ConfigError } from '../config/config-error';
import type { PpoConfig } from '../config/ppo-config';
import { momentsOf, type RunningStatistics } from '../kernels/running-moments';
import type { ActorCriticLayout } from '../network/actor-critic';
import { initialParameters } from '../network/init';
import { agentSeed } from './agent-record';
import { expandParameters } from './given-parameters';

/**
 * The policies of all agents, as `Trainer.policy` returns them; arrays have the agents outermost.
 */
export interface Policy {
  /** [K][P]: actor, critic, free parameters. */
  readonly parameters: Float32Array;
  /**
   * Statistics of each field of the observations, [K][O], which normalize the networks' inputs
   * (normObs).
   */
  readonly observationStatistics?: RunningStatistics | undefined;
  /**
   * Statistics of the discounted returns, [K][1], whose deviation divides the rewards of training
   * (normReward).
   */
  readonly returnStatistics?: RunningStatistics | undefined;
}

/** A policy in the layout of a run's tensors. */
export interface PolicyTensors {
  /** [K][P] */
  readonly parameters: Float32Array;
  /** [K][O][words]; undefined for none seen. */
  readonly observationMoments: Float32Array | undefined;
  /** [K][1][words]; undefined for none seen. */
  readonly returnMoments: Float32Array | undefined;
}

/** The state that a run begins with. */
export interface FirstState extends PolicyTensors {
  /** Parameters of the frozen reference policy, [K][P]. */
  readonly reference: Float32Array;
}

/** The policies that a caller gives, by the names of the options. */
export interface GivenPolicies {
  readonly policy?: Policy | undefined;
  readonly parameters?: Float32Array | undefined;
  readonly referenceParameters?: Float32Array | undefined;
}

/** The sizes that a policy must have. */
export interface PolicySizes {
  readonly agents: number;
  /** Parameters per agent. */
  readonly parameterCount: number;
  readonly observationSize: number;
}

/**
 * The given policies, or random parameters where none are given.
 * @throws ConfigError for a policy that does not fit the run.
 */
export function firstState(
  given: GivenPolicies,
  config: PpoConfig,
  layout: ActorCriticLayout,
  observationSize: number,
): FirstState {
  const { numAgents: agents } = config;
  const { parameterCount } = layout;
  const expand = (name: 'parameters' | 'referenceParameters'): Float32Array | undefined =>
    given[name] && expandParameters(name, given[name], agents, parameterCount);
  const sizes = { agents, parameterCount, observationSize };
  const first: PolicyTensors = given.policy
    ? policyTensors(given.policy, sizes, config)
    : {
        parameters: expand('parameters') ?? populationParameters(config, layout),
        observationMoments: undefined,
        returnMoments: undefined,
      };
  return { ...first, reference: expand('referenceParameters') ?? first.parameters };
}

/** All agents' parameters before training, [K][P]. */
function populationParameters(config: PpoConfig, layout: ActorCriticLayout): Float32Array {
  const parameters = new Float32Array(config.numAgents * layout.parameterCount);
  for (let agent = 0; agent < config.numAgents; agent++) {
    const initial = initialParameters(layout, agentSeed(config, agent));
    parameters.set(initial, agent * layout.parameterCount);
  }
  return parameters;
}

/**
 * The tensors of all agents' policies, from theirs or from one policy that every agent gets.
 * @throws ConfigError for arrays of another length, for impossible numbers, and where the policy
 * has statistics of the observations but the run does not use them, or the other way round.
 */
export function policyTensors(
  policy: Policy,
  sizes: PolicySizes,
  { normObs, normReward }: Pick<PpoConfig, 'normObs' | 'normReward'>,
): PolicyTensors {
  const { parameters, observationStatistics, returnStatistics } = policy;
  if ((observationStatistics !== undefined) !== normObs) {
    const found = normObs ? 'has no observationStatistics' : 'has observationStatistics';
    throw new ConfigError([`policy ${found}, but normObs is ${normObs}; give a policy that fits`]);
  }
  const { agents, parameterCount, observationSize } = sizes;
  const expand = (
    name: string,
    statistics: RunningStatistics | undefined,
    fields: number,
  ): Float32Array | undefined =>
    statistics && momentsOf(expandStatistics(`policy.${name}`, statistics, agents, fields));
  return {
    parameters: expandParameters('policy.parameters', parameters, agents, parameterCount),
    observationMoments: expand('observationStatistics', observationStatistics, observationSize),
    returnMoments: normReward ? expand('returnStatistics', returnStatistics, 1) : undefined,
  };
}

function expandStatistics(
  name: string,
  statistics: RunningStatistics,
  agents: number,
  fields: number,
): RunningStatistics {
  const expand = (key: keyof RunningStatistics): Float64Array =>
    expandParameters(`${name}.${key}`, statistics[key], agents, fields);
  const expanded = { count: expand('count'), mean: expand('mean'), variance: expand('variance') };
  for (const key of ['count', 'variance'] as const) {
    const bad = expanded[key].findIndex((value) => value < 0);
    if (bad === -1) continue;
    throw new ConfigError([
      `${name}.${key}[${bad}] is ${expanded[key][bad]}; it must be at least 0`,
    ]);
  }
  return expanded;
}
