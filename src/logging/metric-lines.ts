/** `metrics.jsonl`: one line of JSON per iteration. */
import type { AgentMetrics, IterationReport } from '../trainer/metrics';
import type { Logger } from './logger';
import { AGENT_SCALARS, EPISODE_SCALARS, RUN_SCALARS } from './metric-names';
import { PendingBytes, type Sink } from './sink';

/** The content of a line: a report without the length of the run, which may still change. */
export type MetricLine = Omit<IterationReport, 'iterations'>;

/** A line of JSON, ended. Numbers that are not finite are null; the keys are always in one order. */
export function formatMetricLine(report: MetricLine): string {
  const { iteration, timesteps, seconds, agents } = report;
  const line = {
    ...{ iteration, timesteps, seconds },
    ...pick(report, RUN_SCALARS),
    agents: agents.map(agentFields),
  };
  return `${JSON.stringify(line)}\n`;
}

function agentFields(metrics: AgentMetrics): AgentMetrics {
  return {
    ...pick(metrics, AGENT_SCALARS),
    fault: metrics.fault,
    episodes: pick(metrics.episodes, EPISODE_SCALARS),
  } as AgentMetrics;
}

/** The given keys alone, in the given order. */
function pick<T, K extends keyof T>(record: T, keys: readonly K[]): Pick<T, K> {
  return Object.fromEntries(keys.map((key) => [key, record[key]])) as Pick<T, K>;
}

/** Writes each iteration's report as one line of JSON (`metrics.jsonl`); takes nothing else. */
export function metricsLogger(sink: Sink): Logger {
  const pending = new PendingBytes(sink);
  const encoder = new TextEncoder();
  return {
    name: 'metrics.jsonl',
    log: (entry) => {
      if (entry.type !== 'iteration') return;
      pending.add(encoder.encode(formatMetricLine(entry.report)));
    },
    flush: () => pending.flush(),
    close: () => pending.close(),
  };
}
