/** The device's record of one agent; the fields and their order are those of shaders/lib/agent.wesl. */
import { deriveSizes, forAgent, type PpoConfig } from './config';

/** Field name, and how its 32 bits are read. */
export const AGENT_FIELDS = [
  ['seed_low', 'u32'],
  ['seed_high', 'u32'],
  ['domain', 'u32'],
  ['iteration', 'u32'],
  ['updates', 'u32'],
  ['total_iterations', 'u32'],
  ['anneal_lr', 'u32'],
  ['norm_adv', 'u32'],
  ['learning_rate', 'f32'],
  ['initial_learning_rate', 'f32'],
  ['gamma', 'f32'],
  ['gae_lambda', 'f32'],
  ['clip_coef', 'f32'],
  ['clip_coef_value', 'f32'],
  ['ent_coef', 'f32'],
  ['vf_coef', 'f32'],
  ['max_grad_norm', 'f32'],
  ['adam_eps', 'f32'],
  ['clip_obs', 'f32'],
  ['clip_reward', 'f32'],
] as const;

export type AgentRecord = Readonly<Record<(typeof AGENT_FIELDS)[number][0], number>>;

/** 32-bit words of one record. */
export const AGENT_WORDS = AGENT_FIELDS.length;

/** Seed of agent `agent`: a population's member equals that agent trained alone with this seed. */
export function agentSeed(config: PpoConfig, agent: number): number {
  return config.seed + agent;
}

/** The record of an agent before its first iteration. */
export function initialAgent(config: PpoConfig, agent: number): AgentRecord {
  const learningRate = forAgent(config.learningRate, agent);
  const clipCoef = forAgent(config.clipCoef, agent);
  return {
    seed_low: agentSeed(config, agent),
    seed_high: 0,
    domain: 0,
    iteration: 0,
    updates: 0,
    total_iterations: deriveSizes(config).iterations,
    anneal_lr: Number(forAgent(config.annealLr, agent)),
    norm_adv: Number(forAgent(config.normAdv, agent)),
    learning_rate: learningRate,
    initial_learning_rate: learningRate,
    gamma: forAgent(config.gamma, agent),
    gae_lambda: forAgent(config.gaeLambda, agent),
    clip_coef: clipCoef,
    clip_coef_value: forAgent(config.clipVloss, agent) ? clipCoef : 0,
    ent_coef: forAgent(config.entCoef, agent),
    vf_coef: forAgent(config.vfCoef, agent),
    max_grad_norm: forAgent(config.maxGradNorm, agent),
    adam_eps: forAgent(config.adamEps, agent),
    clip_obs: forAgent(config.clipObs, agent),
    clip_reward: forAgent(config.clipReward, agent),
  };
}

/** The device's words for a list of agents, [K][AGENT_WORDS]. */
export function packAgents(records: readonly AgentRecord[]): Uint32Array {
  const words = new Uint32Array(records.length * AGENT_WORDS);
  const floats = new Float32Array(words.buffer);
  for (const [agent, record] of records.entries()) {
    for (const [index, [field, type]] of AGENT_FIELDS.entries()) {
      const view = type === 'u32' ? words : floats;
      view[agent * AGENT_WORDS + index] = record[field];
    }
  }
  return words;
}
