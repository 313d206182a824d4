/**
 * A child process that tries one case after the other, each on a device of its own; a line in, a
 * line out.
 */
import { createInterface } from 'node:readline';
import type { PpoConfig } from '../../src/config/ppo-config';
import type { EnvironmentDefinition } from '../../src/index';
import { createTrainer, defineEnvironment, findEnvironment } from '../../src/index';
import { requestNodeGpu } from '../../src/node/index';
import type { AgentMetrics } from '../../src/trainer/metrics';
import { isWorldMetric } from '../../src/trainer/world-metrics';

/**
 * What is sent as JSON; numbers that JSON does not have are written as "$NaN", "$Infinity" and
 * "$-Infinity".
 */
export interface Case {
  readonly environment: string | Readonly<Record<string, unknown>>;
  readonly config: Partial<PpoConfig>;
}

/** How a case ended. */
export interface Verdict {
  readonly outcome: 'trained' | 'refused' | 'failed';
  /** The error's class and message; empty where it trained. */
  readonly error: string;
  /** Iterations reported. */
  readonly iterations: number;
  /** Metrics that must be finite and are not. */
  readonly notFinite: readonly string[];
}

const ITERATIONS = 2;

/** Means over the episodes that ended, of which there may be none. */
const isMeanOfEpisodes = (name: string): boolean =>
  ['charts/episodic_return', 'charts/episodic_length', 'selfplay/score'].includes(name) ||
  isWorldMetric(name);

function notFiniteOf(agent: AgentMetrics): string[] {
  if (agent['guards/skipped_updates'] > 0 || agent.fault !== null) return [`fault ${agent.fault}`];
  if (agent['charts/updates'] === 0) return [];
  const noneEnded = agent.episodes.count === 0;
  return (
    Object.entries(agent)
      .filter(([, value]) => typeof value === 'number' && !Number.isFinite(value))
      // Where nothing varies, nothing is explained.
      .filter(([name]) => name !== 'losses/explained_variance')
      .filter(([name]) => !(noneEnded && isMeanOfEpisodes(name)))
      .map(([name, value]) => `${name} ${value}`)
  );
}

const describeError = (error: unknown): string =>
  error instanceof Error ? `${error.name}: ${error.message}` : `no Error: ${String(error)}`;

async function tryCase({ environment, config }: Case): Promise<Verdict> {
  const gpu = await requestNodeGpu();
  let iterations = 0;
  const notFinite: string[] = [];
  try {
    const definition =
      typeof environment === 'string'
        ? findEnvironment(environment)
        : defineEnvironment(environment as unknown as EnvironmentDefinition);
    const trainer = await createTrainer({ gpu, environment: definition, config });
    try {
      for await (const report of trainer) {
        iterations = report.iteration;
        notFinite.push(...report.agents.flatMap(notFiniteOf));
        if (iterations === ITERATIONS) break;
      }
    } catch (error) {
      return { outcome: 'failed', error: describeError(error), iterations, notFinite };
    } finally {
      trainer.destroy();
    }
    return { outcome: 'trained', error: '', iterations, notFinite };
  } catch (error) {
    return { outcome: 'refused', error: describeError(error), iterations, notFinite };
  } finally {
    gpu.destroy();
  }
}

function revive(_key: string, value: unknown): unknown {
  return typeof value === 'string' && value.startsWith('$') ? Number(value.slice(1)) : value;
}

for await (const line of createInterface({ input: process.stdin })) {
  const verdict = await tryCase(JSON.parse(line, revive) as Case);
  process.stdout.write(`${JSON.stringify(verdict)}\n`);
}
