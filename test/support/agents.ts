import { DEFAULT_CONFIG } from '../../src/config/defaults';
import { LOSS_SETTINGS } from '../../src/config/loss-terms';
import type { Tensor } from '../../src/gpu/arena';
import type { Runtime } from '../../src/gpu/runtime';
import {
  AGENT_WORDS,
  type AgentFields,
  type AgentRecord,
  initialAgent,
  packAgents,
} from '../../src/trainer/agent-record';
import { words } from './run-dispatches';

/** Fields of a record that a test sets, and numbers of its loss in the device's order. */
export interface AgentChange extends Partial<AgentFields> {
  readonly loss?: Readonly<Record<string, number>>;
}

/** A record with the defaults, except for the fields that a test sets. */
export function agentRecord({ loss = {}, ...fields }: AgentChange): AgentRecord {
  const record = initialAgent(DEFAULT_CONFIG, 0);
  const known = LOSS_SETTINGS.map(({ name }) => name);
  for (const name of Object.keys(loss)) {
    if (!known.includes(name)) throw new Error(`${name} is not a number of the loss`);
  }
  const numbers = record.loss.map((number, place) => {
    const initial = loss[known[place]!];
    return initial === undefined ? number : { ...number, initial };
  });
  return { ...record, ...fields, loss: numbers };
}

/** The records of a population, [K][AGENT_WORDS] */
export function agentsTensor(runtime: Runtime, changes: readonly AgentChange[]): Tensor {
  return words(runtime, [changes.length, AGENT_WORDS], packAgents(changes.map(agentRecord)));
}
