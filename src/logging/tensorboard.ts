/** TensorBoard event files, with CleanRL's tags. */

import { type EventContent, encodeEvent, type SummaryValue } from '../formats/tensorboard-event';
import { encodeRecord } from '../formats/tfrecord';
import { EPISODE_FIELDS } from '../trainer/episode-summary';
import type { AgentMetrics, Evaluation, IterationReport } from '../trainer/metrics';
import type { HistogramEntry, LogEntry, Logger, LogPlace, RunDescription } from './logger';
import { AGENT_SCALARS, environmentScalars, RUN_SCALARS } from './metric-names';
import { PendingBytes, type Sink } from './sink';
import { summarizeValues } from './summarize-values';

/** Most agents of a population that get a folder of their own. */
export const MOST_AGENT_FOLDERS = 64;

/** Where event files go. */
export interface TensorBoardOptions {
  /**
   * Opens an event file, whose name must hold "tfevents", in a folder of the run: '' for the run
   * itself, and for a population also 'agent-0', 'agent-1', …, which TensorBoard shows as runs.
   */
  open(folder: string): Sink;
  /** Milliseconds since 1970; the system's clock by default. */
  now?(): number;
}

/** One event file. */
class EventFile {
  private readonly pending: PendingBytes;

  /** @param place where a run continues; undefined for one that begins */
  constructor(
    sink: Sink,
    private readonly now: () => number,
    place: LogPlace | undefined,
  ) {
    this.pending = new PendingBytes(sink);
    this.add(0, 'version');
    // What an earlier file has at later steps is trained again.
    if (place) this.add(place.timesteps + 1, 'start');
  }

  add(step: number, content: EventContent): void {
    if (Array.isArray(content) && content.length === 0) return;
    const event = encodeEvent({ wallTime: this.now() / 1000, step, content });
    this.pending.add(encodeRecord(event));
  }

  flush(): Promise<void> {
    return this.pending.flush();
  }

  close(): Promise<void> {
    return this.pending.close();
  }
}

class TensorBoardLogger implements Logger {
  readonly name = 'TensorBoard events';
  private readonly files = new Map<string, EventFile>();
  private readonly now: () => number;
  private agents = 1;
  private resumed: LogPlace | undefined;

  constructor(private readonly options: TensorBoardOptions) {
    this.now = options.now ?? Date.now;
  }

  log(entry: LogEntry): void {
    switch (entry.type) {
      case 'start':
        this.start(entry.run, entry);
        break;
      case 'iteration':
        this.iteration(entry.report);
        break;
      case 'histogram':
        this.histogram(entry);
        break;
      case 'note':
        this.run().add(entry.timesteps, [textValue('notes', entry.text)]);
        break;
      case 'evaluation':
        this.evaluation(entry.evaluation, entry);
        break;
      case 'end':
        break;
    }
  }

  async flush(): Promise<void> {
    await this.all((file) => file.flush());
  }

  async close(): Promise<void> {
    await this.all((file) => file.close());
  }

  /** Waits for all files, then rejects with the first reason. */
  private async all(action: (file: EventFile) => Promise<void>): Promise<void> {
    const settled = await Promise.allSettled([...this.files.values()].map(action));
    const failed = settled.find(({ status }) => status === 'rejected');
    if (failed) throw (failed as PromiseRejectedResult).reason;
  }

  private start(run: RunDescription, place: LogPlace): void {
    this.agents = run.config.numAgents;
    this.resumed = place.iteration > 0 ? place : undefined;
    this.run().add(place.timesteps, [textValue('hyperparameters', hyperparameters(run))]);
  }

  private iteration(report: IterationReport): void {
    this.agents = report.agents.length;
    const { timesteps } = report;
    this.run().add(timesteps, scalars('', RUN_SCALARS, report));
    for (const [agent, metrics] of report.agents.entries()) {
      this.ofAgent(agent)?.add(timesteps, agentScalars(metrics));
    }
  }

  private histogram({ name, agent, values, timesteps }: HistogramEntry): void {
    const histogram = summarizeValues(values);
    this.ofAgent(agent)?.add(timesteps, histogram ? [{ tag: name, histogram }] : []);
  }

  private evaluation({ perAgent }: Evaluation, { timesteps }: LogPlace): void {
    for (const [agent, { meanReturn, stdReturn }] of perAgent.entries()) {
      const values = { episodic_return: meanReturn, episodic_return_std: stdReturn };
      const tags = ['episodic_return', 'episodic_return_std'] as const;
      this.ofAgent(agent)?.add(timesteps, scalars('eval/', tags, values));
    }
  }

  private run(): EventFile {
    return this.fileIn('');
  }

  /** The file of an agent; undefined for those of a large population that have none. */
  private ofAgent(agent: number): EventFile | undefined {
    if (this.agents === 1) return this.run();
    if (agent >= MOST_AGENT_FOLDERS) return undefined;
    const digits = String(Math.min(this.agents, MOST_AGENT_FOLDERS) - 1).length;
    return this.fileIn(`agent-${String(agent).padStart(digits, '0')}`);
  }

  private fileIn(folder: string): EventFile {
    const open = this.files.get(folder);
    if (open) return open;
    const file = new EventFile(this.options.open(folder), this.now, this.resumed);
    this.files.set(folder, file);
    return file;
  }
}

/** The numbers under these keys that are finite. */
function scalars<K extends string>(
  prefix: string,
  keys: readonly K[],
  values: { readonly [Key in K]?: number },
): SummaryValue[] {
  return keys.flatMap((key) => {
    const scalar: number | undefined = values[key];
    const isKnown = scalar !== undefined && Number.isFinite(scalar);
    return isKnown ? [{ tag: `${prefix}${key}`, scalar }] : [];
  });
}

function agentScalars(metrics: AgentMetrics): SummaryValue[] {
  return [
    ...scalars('', AGENT_SCALARS, metrics),
    ...scalars('episodes/', EPISODE_FIELDS, metrics.episodes),
    ...scalars('', environmentScalars(metrics), metrics),
  ];
}

/** The tag as PyTorch's writer forms it, which the text plug-in strips. */
function textValue(tag: string, text: string): SummaryValue {
  return { tag: `${tag}/text_summary`, text };
}

/** A table of everything that describes the run. */
function hyperparameters({ config, command, ...run }: RunDescription): string {
  const rows = Object.entries({
    ...run,
    ...(command ? { command: command.join(' ') } : {}),
    ...config,
  });
  const cell = (value: unknown): string =>
    (typeof value === 'string' ? value : JSON.stringify(value)).replaceAll('|', '\\|');
  return ['|param|value|', '|-|-|', ...rows.map(([key, value]) => `|${key}|${cell(value)}|`)].join(
    '\n',
  );
}

/**
 * Writes TensorBoard event files: every number of the reports under its name, at the step
 * `timesteps` (per agent), where it is finite; `episodes/…`; histograms; `eval/episodic_return`;
 * hyperparameters and notes as text. One agent's numbers are in the run's own folder, those of a
 * population in a folder per agent (the first 64). In a run that continues, readers drop the steps
 * of earlier files that are trained again.
 */
export function tensorBoardLogger(options: TensorBoardOptions): Logger {
  return new TensorBoardLogger(options);
}
