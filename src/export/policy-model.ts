/**
 * One agent's policy as plain numbers: what the host computes with, and what every export is made
 * from. It depends on no kernel plan and on no device.
 */
import type { Activation } from '../config/choices';
import { ConfigError } from '../config/config-error';
import { ESTIMATORS } from '../config/estimators';
import { forAgent } from '../config/per-agent';
import type { Distribution } from '../distributions/distribution';
import type { EnvironmentDefinition } from '../environments/definition';
import { layoutActorCritic } from '../network/actor-critic';
import type { MlpLayer } from '../network/mlp-layers';
import { mlpOf } from '../network/mlp-layout';
import type { NetworkLayout } from '../network/network';
import { outlineTask } from '../rollout/task';
import type { SavedPolicy } from '../trainer/saved-policy';
import { type ActionHead, actionHead } from './action-head';
import { type InputNormalizer, inputNormalizer } from './input-normalizer';

/** y = W x + b, and where `norm` is given the layer normalization that follows. */
export interface DenseLayer {
  readonly inputs: number;
  readonly outputs: number;
  /** [outputs][inputs] */
  readonly weight: Float32Array;
  /** [outputs] */
  readonly bias: Float32Array;
  /** Gain and bias, [outputs] each. */
  readonly norm: { readonly gain: Float32Array; readonly bias: Float32Array } | null;
}

/** Hidden layers of one activation, then a linear layer. */
export interface Perceptron {
  readonly hidden: readonly DenseLayer[];
  readonly activation: Activation;
  readonly output: DenseLayer;
}

/** A policy of one agent. */
export interface PolicyModel {
  readonly environment: EnvironmentDefinition;
  readonly agent: number;
  /** O */
  readonly observationSize: number;
  readonly normalizer: InputNormalizer | null;
  /** Observation to head. */
  readonly actor: Perceptron;
  /**
   * Observation to value; null where the run trained none. With a shared trunk, its `hidden` is
   * that of the actor, the same object.
   */
  readonly critic: Perceptron | null;
  readonly head: ActionHead;
  /** Discount factor of the returns that the value estimates. */
  readonly gamma: number;
}

/** Which agent of a population. */
export interface AgentOption {
  /** Index of the agent, from 0 on; default 0. */
  readonly agent?: number | undefined;
}

/**
 * The policy of one agent.
 * @throws ConfigError for an agent index out of range, and for parameters that are not those of the
 * networks that the configuration describes.
 */
export function policyModel(saved: SavedPolicy, { agent = 0 }: AgentOption = {}): PolicyModel {
  const { environment, config, policy } = saved;
  checkAgent(agent, config.numAgents);
  const { distribution, observationSize } = outlineTask(environment, config);
  const withCritic = ESTIMATORS[config.advantageEstimator].critic;
  const layout = layoutActorCritic({ ...config, ...distribution, observationSize, withCritic });
  const { parameterCount, freeOffset, freeSize } = layout;
  checkCount(policy.parameters.length, config.numAgents, parameterCount);
  const first = agent * parameterCount;
  const parameters = policy.parameters.slice(first, first + parameterCount);
  const actor = perceptron(layout.actor, parameters);
  const critic = layout.critic && perceptron(layout.critic, parameters);
  const statistics = policy.observationStatistics;
  return {
    environment,
    agent,
    observationSize,
    normalizer: config.normObs
      ? inputNormalizer(statistics, agent, observationSize, forAgent(config.clipObs, agent))
      : null,
    actor,
    critic: critic && config.sharedTrunk ? { ...critic, hidden: actor.hidden } : critic,
    head: headOf(saved, distribution, parameters.slice(freeOffset, freeOffset + freeSize)),
    gamma: forAgent(config.gamma, agent),
  };
}

function headOf(
  { environment, config }: SavedPolicy,
  { name }: Distribution,
  logStd: Float32Array,
): ActionHead {
  return actionHead(environment, config, name === 'squashed-gaussian', logStd);
}

function checkAgent(agent: number, agents: number): void {
  if (Number.isInteger(agent) && agent >= 0 && agent < agents) return;
  throw new ConfigError([
    `agent is ${agent}; it must be an integer from 0 to ${agents - 1}, since the policy has ` +
      `${agents} agent${agents === 1 ? '' : 's'} (numAgents)`,
  ]);
}

/** Networks of another kind and value heads are not described by a configuration. */
function checkCount(found: number, agents: number, parameterCount: number): void {
  if (found === agents * parameterCount) return;
  throw new ConfigError([
    `the policy has ${found} parameters for ${agents} agents, but the networks of its ` +
      `configuration have ${parameterCount} each (hiddenSizes); a run with networks or ` +
      'valueHeads of its own leaves no policy that the host can compute',
  ]);
}

/** @param parameters of one agent, [P] */
function perceptron(network: NetworkLayout, parameters: Float32Array): Perceptron {
  const mlp = mlpOf(network)!;
  const layers = mlp.layers.map((layer) => denseLayer(layer, parameters));
  return { hidden: layers.slice(0, -1), activation: mlp.activation, output: layers.at(-1)! };
}

function denseLayer(
  { inputs, outputs, weightOffset, biasOffset, norm }: MlpLayer,
  parameters: Float32Array,
): DenseLayer {
  const take = (offset: number, count: number) => parameters.slice(offset, offset + count);
  return {
    inputs,
    outputs,
    weight: take(weightOffset, inputs * outputs),
    bias: take(biasOffset, outputs),
    norm: norm && { gain: take(norm.gainOffset, outputs), bias: take(norm.biasOffset, outputs) },
  };
}
