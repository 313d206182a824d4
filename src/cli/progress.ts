/** The progress of a run: one line rewritten in place on a terminal, occasional lines elsewhere. */

import type { AgentMetrics, IterationReport } from '../trainer/metrics';
import { counted, formatDuration, formatInteger, formatNumber, formatRate } from './numbers';
import { formatRange, meanOf } from './run-figures';
import type { Output } from './terminal';

/** Milliseconds between two redraws on a terminal. */
const REDRAW_INTERVAL = 100;
/**
 * Elsewhere, a line for each twentieth of the run, at least 2 s and at most 30 s after the last.
 */
const LINES = 20;
const LINE_INTERVAL = 2000;
const LINE_PATIENCE = 30_000;

const BAR_WIDTH = 20;
const DEFAULT_COLUMNS = 80;
const CLEAR_LINE = '\r\x1b[K';

/** The point from which the speed is measured. */
export type SpeedStart = Pick<IterationReport, 'timesteps' | 'seconds'>;

const BEGIN: SpeedStart = { timesteps: 0, seconds: 0 };

export interface Progress {
  report(report: IterationReport): void;
  /** Writes a permanent line of text above the progress line. */
  note(text: string): void;
  /** Leaves the last report on the screen. */
  end(): void;
}

/** The progress display for the stream; `now` returns milliseconds. */
export function createProgress(stream: Output, now: () => number): Progress {
  return stream.isTTY ? new LiveProgress(stream, now) : new PlainProgress(stream, now);
}

/** No progress display; notes are still written. */
export function createQuietProgress(stream: Output): Progress {
  return {
    report: () => {},
    note: (text) => stream.write(`${text}\n`),
    end: () => {},
  };
}

/** One line of at most `width` characters: the most detailed one that fits, or the shortest cut. */
export function formatLiveLine(report: IterationReport, width: number, start = BEGIN): string {
  const facts = formatFacts(report, start, true);
  const bare = formatFacts(report, start, false);
  const candidates = [`${formatBar(report)} ${facts}`, facts, `${formatBar(report)} ${bare}`, bare];
  return candidates.find((line) => line.length <= width) ?? bare.slice(0, Math.max(0, width));
}

/** The same values for a log file. */
export function formatPlainLine(report: IterationReport, start = BEGIN): string {
  return formatFacts(report, start, true);
}

/** The non-finite quantity of an iteration, for the first agent concerned; undefined if none. */
export function formatFault({ iteration, agents }: IterationReport): string | undefined {
  const agent = agents.findIndex(({ fault }) => fault !== null);
  if (agent === -1) return undefined;
  const { fault, ...metrics } = agents[agent]!;
  const environments = metrics['guards/faulty_environments'];
  const where = environments > 0 ? ` in ${counted(environments, 'environment')}` : '';
  const skipped = `${counted(metrics['guards/skipped_updates'], 'update')} skipped`;
  return `iteration ${iteration}, agent ${agent}: ${fault} is not finite${where}; ${skipped}`;
}

class LiveProgress implements Progress {
  /** Speed and remaining time exclude the first iteration, in which drivers compile kernels. */
  private first: IterationReport | undefined;
  private drawnAt = Number.NEGATIVE_INFINITY;
  private line = '';
  private latest: IterationReport | undefined;

  constructor(
    private readonly stream: Output,
    private readonly now: () => number,
  ) {}

  report(report: IterationReport): void {
    this.first ??= report;
    this.latest = report;
    if (this.now() - this.drawnAt < REDRAW_INTERVAL) return;
    this.drawnAt = this.now();
    this.draw(report);
  }

  note(text: string): void {
    this.stream.write(`${this.line === '' ? '' : CLEAR_LINE}${text}\n${this.line}`);
  }

  end(): void {
    if (this.latest) this.draw(this.latest);
    if (this.line !== '') this.stream.write('\n');
    this.line = '';
    this.latest = undefined;
  }

  private draw(report: IterationReport): void {
    // A full last column would wrap on some terminals.
    this.line = formatLiveLine(report, (this.stream.columns || DEFAULT_COLUMNS) - 1, this.first);
    this.stream.write(`${CLEAR_LINE}${this.line}`);
  }
}

class PlainProgress implements Progress {
  /** As in LiveProgress. */
  private first: IterationReport | undefined;
  private writtenAt = Number.NEGATIVE_INFINITY;
  private written: IterationReport | undefined;
  private latest: IterationReport | undefined;

  constructor(
    private readonly stream: Output,
    private readonly now: () => number,
  ) {}

  report(report: IterationReport): void {
    this.first ??= report;
    this.latest = report;
    if (this.isDue(report)) this.write(report);
  }

  note(text: string): void {
    this.stream.write(`${text}\n`);
  }

  end(): void {
    if (this.latest && this.latest !== this.written) this.write(this.latest);
    this.latest = undefined;
  }

  private isDue(report: IterationReport): boolean {
    if (!this.written) return true;
    const elapsed = this.now() - this.writtenAt;
    const advanced = reached(report, LINES) > reached(this.written, LINES);
    return elapsed >= LINE_PATIENCE || (elapsed >= LINE_INTERVAL && advanced);
  }

  private write(report: IterationReport): void {
    this.writtenAt = this.now();
    this.written = report;
    this.stream.write(`${formatPlainLine(report, this.first)}\n`);
  }
}

/** How many of `parts` equal parts of the run are complete. */
function reached({ iteration, iterations }: IterationReport, parts: number): number {
  return Math.floor((parts * iteration) / iterations);
}

function formatBar(report: IterationReport): string {
  const filled = reached(report, BAR_WIDTH);
  return `[${'#'.repeat(filled)}${'-'.repeat(BAR_WIDTH - filled)}]`;
}

/** There is no speed if the report is `start` itself. */
function formatFacts(report: IterationReport, start: SpeedStart, ranges: boolean): string {
  const agents = report.agents.length;
  const total = (report.timesteps / report.iteration) * report.iterations;
  const rate = ((report.timesteps - start.timesteps) * agents) / (report.seconds - start.seconds);
  const percent = `${reached(report, 100)}%`.padStart(4);
  const population = agents > 1 ? ` x ${agents} agents` : '';
  const remaining = ((total - report.timesteps) * agents) / rate;
  return [
    percent,
    `${formatInteger(report.timesteps)}/${formatInteger(total)} steps${population}`,
    `${formatRate(rate)} steps/s`,
    `return ${formatMeanAndRange(report.agents, 'charts/episodic_return', 1, ranges)}`,
    `KL ${formatMeanAndRange(report.agents, 'losses/approx_kl', 4, ranges)}`,
    `ETA ${formatDuration(remaining)}`,
  ].join('  ');
}

/** The mean over the agents with a value and, if requested and there are several, the range. */
function formatMeanAndRange(
  agents: readonly AgentMetrics[],
  metric: 'charts/episodic_return' | 'losses/approx_kl',
  decimals: number,
  range: boolean,
): string {
  const values = agents.map((agent) => agent[metric]).filter((value) => Number.isFinite(value));
  const format = (value: number): string => formatNumber(value, decimals);
  return range ? formatRange(values, format) : format(meanOf(values));
}
