/**
 * The device's record of one agent; the fields and their order are those of shaders/lib/agent.wesl.
 */

import { ESTIMATORS } from '../config/estimators';
import { LOSS_SETTINGS, type LossSetting } from '../config/loss-terms';
import { forAgent, type PerAgent } from '../config/per-agent';
import type { PpoConfig } from '../config/ppo-config';
import { deriveSizes } from '../config/sizes';
import type { HostRandom } from '../rollout/host-batch';

/** Field name, and how its 32 bits are read. */
export const AGENT_FIELDS = [
  ['seed_low', 'u32'],
  ['seed_high', 'u32'],
  ['domain', 'u32'],
  ['iteration', 'u32'],
  ['iteration_high', 'u32'],
  ['iterations', 'u32'],
  ['iterations_high', 'u32'],
  ['updates', 'u32'],
  ['iteration_update', 'u32'],
  ['anneal_lr', 'u32'],
  ['norm_adv', 'u32'],
  ['stopped', 'u32'],
  ['applies', 'u32'],
  ['skipped_in_row', 'u32'],
  ['fault', 'u32'],
  ['learning_rate', 'f32'],
  ['critic_learning_rate', 'f32'],
  ['initial_learning_rate', 'f32'],
  ['initial_critic_learning_rate', 'f32'],
  ['gamma', 'f32'],
  ['gae_lambda', 'f32'],
  ['max_grad_norm', 'f32'],
  ['clip_factor', 'f32'],
  ['adam_eps', 'f32'],
  ['clip_obs', 'f32'],
  ['clip_reward', 'f32'],
  ['weight_decay', 'f32'],
  ['target_kl', 'f32'],
  ['desired_kl', 'f32'],
] as const;

/**
 * Arrays behind the fields: numbers of the loss as they are now and at the beginning, and how they
 * change.
 */
export const LOSS_ARRAYS = [
  ['loss', 'f32'],
  ['initial_loss', 'f32'],
  ['anneal_loss', 'u32'],
] as const;

/** Most numbers that the loss can have. */
export const LOSS_CAPACITY = 16;

/** The initial value of a number of the loss, and how it changes over the run. */
export interface LossNumber {
  readonly initial: number;
  /** One of the ANNEAL codes of shaders/lib/agent.wesl. */
  readonly anneal: number;
}

export type AgentFields = Readonly<Record<(typeof AGENT_FIELDS)[number][0], number>>;

export interface AgentRecord extends AgentFields {
  /** In the order of LOSS_SETTINGS. */
  readonly loss: readonly LossNumber[];
}

/** 32-bit words of one record. */
export const AGENT_WORDS = AGENT_FIELDS.length + LOSS_ARRAYS.length * LOSS_CAPACITY;

const NORM_ADV_CODES: readonly PpoConfig['normAdv'][] = [false, true, 'batch'];

/** Seed of agent `agent`. A member of a population equals an agent trained alone with this seed. */
export function agentSeed(config: PpoConfig, agent: number): number {
  return config.seed + agent;
}

/** What environments on the host draw their seeds from, in training unless a domain is given. */
export function hostRandom(
  config: PpoConfig,
  domain = 0,
  agents: readonly number[] = [...Array(config.numAgents).keys()],
): HostRandom {
  return { seeds: agents.map((agent) => agentSeed(config, agent)), domain };
}

/** The code of a schedule (shaders/lib/agent.wesl); `true` is linear. */
export function annealCode(choice: boolean | string): number {
  return choice === true ? 1 : [false, 'linear', 'cosine', 'kl-adaptive'].indexOf(choice);
}

function lossNumber(config: PpoConfig, agent: number, setting: LossSetting): LossNumber {
  const choiceOf = (key: keyof PpoConfig): boolean | number | string =>
    forAgent(config[key] as PerAgent<boolean | number | string>, agent);
  const value = setting.key === null ? 1 : choiceOf(setting.key);
  return {
    initial: setting.sign * (typeof value === 'string' ? setting.choices.indexOf(value) : +value),
    anneal: setting.anneal === null ? 0 : annealCode(choiceOf(setting.anneal) as boolean | string),
  };
}

/** The record of an agent before its first iteration. */
export function initialAgent(config: PpoConfig, agent: number): AgentRecord {
  const learningRate = forAgent(config.learningRate, agent);
  const criticLearningRate = forAgent(config.criticLearningRate, agent) || learningRate;
  const { iterations } = deriveSizes(config);
  return {
    seed_low: agentSeed(config, agent),
    seed_high: 0,
    domain: 0,
    iteration: 0,
    iteration_high: 0,
    iterations: iterations % 2 ** 32,
    iterations_high: Math.floor(iterations / 2 ** 32),
    updates: 0,
    iteration_update: 0,
    anneal_lr: annealCode(forAgent(config.annealLr, agent)),
    norm_adv: NORM_ADV_CODES.indexOf(forAgent(config.normAdv, agent)),
    stopped: 0,
    applies: 0,
    skipped_in_row: 0,
    fault: 0,
    learning_rate: learningRate,
    critic_learning_rate: criticLearningRate,
    initial_learning_rate: learningRate,
    initial_critic_learning_rate: criticLearningRate,
    gamma: forAgent(config.gamma, agent),
    gae_lambda: ESTIMATORS[config.advantageEstimator].lambda ?? forAgent(config.gaeLambda, agent),
    max_grad_norm: forAgent(config.maxGradNorm, agent),
    clip_factor: 1,
    adam_eps: forAgent(config.adamEps, agent),
    clip_obs: forAgent(config.clipObs, agent),
    clip_reward: forAgent(config.clipReward, agent),
    weight_decay: forAgent(config.weightDecay, agent),
    target_kl: forAgent(config.targetKl, agent),
    desired_kl: forAgent(config.desiredKl, agent),
    loss: LOSS_SETTINGS.map((setting) => lossNumber(config, agent, setting)),
  };
}

/**
 * The device's words for a list of agents, [K][AGENT_WORDS].
 * @throws RangeError for a count that is not an integer from 0 to 2^32 - 1.
 */
export function packAgents(records: readonly AgentRecord[]): Uint32Array {
  const words = new Uint32Array(records.length * AGENT_WORDS);
  const floats = new Float32Array(words.buffer);
  for (const [agent, record] of records.entries()) {
    const base = agent * AGENT_WORDS;
    for (const [index, [field, type]] of AGENT_FIELDS.entries()) {
      const value = record[field];
      if (type === 'u32' && value !== value >>> 0) {
        throw new RangeError(`${field} of agent ${agent} is ${value}, which is no u32`);
      }
      const view = type === 'u32' ? words : floats;
      view[base + index] = value;
    }
    const loss = base + AGENT_FIELDS.length;
    for (const [place, { initial, anneal }] of record.loss.entries()) {
      floats[loss + place] = initial;
      floats[loss + LOSS_CAPACITY + place] = initial;
      words[loss + 2 * LOSS_CAPACITY + place] = anneal;
    }
  }
  return words;
}
