/** Populations out of populations: agents of a snapshot that go on together, some of them twice. */

import { ConfigError } from '../config/config-error';
import { CONFIG_FIELDS } from '../config/fields';
import { forAgent } from '../config/per-agent';
import type { PpoConfig } from '../config/ppo-config';
import { agentSeed } from './agent-record';
import type { SnapshotTensor, TrainerSnapshot } from './snapshot';

/**
 * A snapshot with some of the agents of another, in the given order: one of a population alone, or
 * one of them several times, which go on with settings of their own.
 *
 *     const { snapshot, ...rest } = decodeCheckpoint(await trainer.save());
 *     const checkpoint = { ...rest, snapshot: selectAgents(snapshot, [0, 0]) };
 *     const both = await restoreTrainer({ gpu, checkpoint, config: { entCoef: [0.01, 0.05] } });
 *
 * Each goes on with its random numbers, so with the same settings it does what it would have done.
 * @param agents K' indices from 0 to K - 1; `numAgents` of the snapshot's `config` becomes K', and
 * `seed` that of the first
 * @throws ConfigError for no agent, or an index out of range.
 */
export function selectAgents(
  snapshot: TrainerSnapshot,
  agents: readonly number[],
): TrainerSnapshot {
  const { tensors, counters, config, worlds } = snapshot;
  const { numAgents } = config;
  const isAgent = (agent: unknown): boolean =>
    Number.isInteger(agent) && Number(agent) >= 0 && Number(agent) < numAgents;
  if (!Array.isArray(agents) || agents.length === 0 || !agents.every(isAgent)) {
    throw new ConfigError([
      `agents is ${JSON.stringify(agents)}; it must be a list of one or more integers from 0 to ` +
        `${numAgents - 1}`,
    ]);
  }
  const chosen = <T>(all: readonly T[]): T[] => agents.map((agent) => all[agent]!);
  const selected = Object.entries(tensors).map(([name, tensor]) => [name, rowsOf(tensor, agents)]);
  return {
    ...snapshot,
    tensors: Object.fromEntries(selected),
    counters: { ...counters, recentEpisodes: chosen(counters.recentEpisodes) },
    config: configOf(config, agents),
    ...(worlds && { worlds: chosen(worlds) }),
  };
}

/** The parts of a tensor that belong to the agents. */
function rowsOf({ shape, data }: SnapshotTensor, agents: readonly number[]): SnapshotTensor {
  const [count, ...rest] = shape as [number, ...number[]];
  const size = data.length / count;
  const selected = data instanceof Uint32Array ? new Uint32Array(agents.length * size) : undefined;
  const rows = selected ?? new Float32Array(agents.length * size);
  for (const [place, agent] of agents.entries()) {
    rows.set(data.subarray(agent * size, (agent + 1) * size), place * size);
  }
  return { shape: [agents.length, ...rest], data: rows };
}

function configOf(config: PpoConfig, agents: readonly number[]): PpoConfig {
  const entries = Object.entries(config).map(([key, value]) => {
    const isList = CONFIG_FIELDS[key as keyof PpoConfig]?.perAgent && Array.isArray(value);
    return [key, isList ? agents.map((agent) => forAgent(value, agent)) : value];
  });
  const selected = Object.fromEntries(entries) as PpoConfig;
  return { ...selected, numAgents: agents.length, seed: agentSeed(config, agents[0]!) };
}
