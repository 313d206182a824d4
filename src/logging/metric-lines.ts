/** `metrics.jsonl`: one line of JSON per iteration. */
import { EPISODE_FIELDS } from '../trainer/episode-summary';
import type { AgentMetrics, IterationReport } from '../trainer/metrics';
import { isRecord, linesOf, readLines } from './lines';
import type { Logger } from './logger';
import { AGENT_SCALARS, environmentScalars, RUN_SCALARS } from './metric-names';
import { PendingBytes, type Sink } from './sink';

/** The content of a line: a report without the length of the run, which may change later. */
export type MetricLine = Omit<IterationReport, 'iterations'>;

/**
 * A line of JSON, ended. Numbers that are not finite are null; the keys are always in one order.
 */
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
    episodes: pick(metrics.episodes, EPISODE_FIELDS),
    ...pick(metrics, environmentScalars(metrics)),
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

/** What a file of metrics holds. */
export interface ReadMetrics {
  /** In the order of the iterations, each at most once. */
  readonly lines: readonly MetricLine[];
  /** What is damaged, at most one sentence; a last line that was cut does not count. */
  readonly problems: readonly string[];
}

/**
 * Reads `metrics.jsonl`. Numbers that are null are NaN again. Lines that cannot be read are left
 * out and reported; where iterations were trained again, later lines replace earlier ones.
 */
export function readMetrics(bytes: Uint8Array): ReadMetrics {
  const lines: MetricLine[] = [];
  const { problems } = readLines('metrics.jsonl', bytes, (json) => {
    const line = readMetricLine(json);
    while (lines.length > 0 && lines.at(-1)!.iteration >= line.iteration) lines.pop();
    lines.push(line);
  });
  return { lines, problems };
}

/**
 * The part of `metrics.jsonl` that stays when a run goes on after the given iteration: the lines of
 * this iteration and of those before it, without any that cannot be read.
 */
export function metricsUpTo(bytes: Uint8Array, iteration: number): Uint8Array {
  const decoder = new TextDecoder();
  const kept = [...linesOf(bytes)].flatMap((line) => {
    const text = decoder.decode(line.bytes);
    return iterationIn(text) <= iteration ? `${text}\n` : [];
  });
  return new TextEncoder().encode(kept.join(''));
}

/** NaN where the line cannot be read. */
function iterationIn(line: string): number {
  try {
    return readMetricLine(JSON.parse(line)).iteration;
  } catch {
    return Number.NaN;
  }
}

/** @throws Error with what is wrong. */
function readMetricLine(json: unknown): MetricLine {
  if (!isRecord(json)) throw new Error('it is not a record of an iteration');
  const { iteration, agents } = json;
  if (!Number.isSafeInteger(iteration) || (iteration as number) < 1) {
    throw new Error(`iteration is ${JSON.stringify(iteration)}; it must be an integer from 1`);
  }
  if (!Array.isArray(agents) || agents.length === 0 || !agents.every(isRecord)) {
    throw new Error('agents must be a list of records');
  }
  return {
    iteration: iteration as number,
    timesteps: numberIn(json, 'timesteps'),
    seconds: numberIn(json, 'seconds'),
    ...numbersIn(json, RUN_SCALARS),
    agents: agents.map(readAgent),
  };
}

function readAgent(json: Readonly<Record<string, unknown>>): AgentMetrics {
  const { fault, episodes } = json;
  return {
    ...numbersIn(json, AGENT_SCALARS),
    fault: typeof fault === 'string' ? (fault as AgentMetrics['fault']) : null,
    episodes: numbersIn(isRecord(episodes) ? episodes : {}, EPISODE_FIELDS),
    ...numbersIn(json, environmentScalars(json)),
  };
}

function numbersIn<K extends string>(
  json: Readonly<Record<string, unknown>>,
  keys: readonly K[],
): Readonly<Record<K, number>> {
  return Object.fromEntries(keys.map((key) => [key, numberIn(json, key)])) as Record<K, number>;
}

/** NaN for null, and for a metric that an older version did not have. */
function numberIn(json: Readonly<Record<string, unknown>>, key: string): number {
  const value = Object.hasOwn(json, key) ? json[key] : null;
  if (value === null) return Number.NaN;
  if (typeof value === 'number') return value;
  throw new Error(`${key} is ${JSON.stringify(value)}; it must be a number or null`);
}
