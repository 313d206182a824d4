import { AGENT_WORDS, type AgentRecord, initialAgent, packAgents } from '../../src/agent';
import { DEFAULT_CONFIG } from '../../src/config';
import type { Tensor } from '../../src/gpu/arena';
import type { Runtime } from '../../src/gpu/runtime';
import { words } from './run-dispatches';

/** The records of a population: the default's, but for what a test is about. [K][AGENT_WORDS] */
export function agentsTensor(runtime: Runtime, changes: readonly Partial<AgentRecord>[]): Tensor {
  const records = changes.map((change) => ({ ...initialAgent(DEFAULT_CONFIG, 0), ...change }));
  return words(runtime, [records.length, AGENT_WORDS], packAgents(records));
}
