/** What a run folder says about its run: whatever is there, and the names of what is damaged. */

import {
  type LoggedDescription,
  type LoggedSummary,
  readDescription,
  readNotes,
  readSummary,
} from './logged-files';
import { type MetricLine, readMetrics } from './metric-lines';
import type { ReadFile, RunFiles } from './run-files';
import { judge, type RunState } from './run-state';

/** A run folder that was read. */
export interface LoggedRun extends RunState {
  /** Path of the folder. */
  readonly folder: string;
  /** When it began, in milliseconds since 1970; NaN where nothing says so. */
  readonly started: number;
  /** Undefined where neither `config.json` nor the notes can be read. */
  readonly description: LoggedDescription | undefined;
  /** One entry per iteration, in their order. */
  readonly metrics: readonly MetricLine[];
  /** Undefined for a run that has not ended in order, or that went on after it had ended. */
  readonly summary: LoggedSummary | undefined;
  /** What is missing or damaged, one sentence each, which begins with the name of the file. */
  readonly problems: readonly string[];
}

const NAMES = ['config.json', 'metrics.jsonl', 'notes.jsonl', 'summary.json'] as const;
type Name = (typeof NAMES)[number];

/**
 * Reads a run folder; never rejects.
 * @param now milliseconds since 1970
 */
export async function readLoggedRun(
  files: RunFiles,
  folder: string,
  now: number,
): Promise<LoggedRun> {
  const problems: string[] = [];
  const read = async (name: Name): Promise<readonly [Name, ReadFile | undefined]> => {
    try {
      return [name, await files.read(`${folder}/${name}`)];
    } catch (error) {
      problems.push(`${name}: ${(error as Error).message}`);
      return [name, undefined];
    }
  };
  const all = Object.fromEntries(await Promise.all(NAMES.map(read))) as Found;
  return { folder, ...interpret(all, problems, now) };
}

type Found = Readonly<Record<Name, ReadFile | undefined>>;

function interpret(
  found: Found,
  unread: readonly string[],
  now: number,
): Omit<LoggedRun, 'folder'> {
  const problems = [...unread];
  const attempt = <T>(name: Name, use: (json: unknown) => T): T | undefined => {
    const file = found[name];
    if (!file) return undefined;
    try {
      return use(JSON.parse(new TextDecoder().decode(file.bytes)));
    } catch (error) {
      problems.push(`${name}: ${(error as Error).message}`);
      return undefined;
    }
  };
  const notes = readNotes(found['notes.jsonl']?.bytes ?? new Uint8Array());
  const first = attempt('config.json', readDescription);
  // A run that goes on may have another configuration since.
  const description = notes.description ?? first;
  const unreadable = problems.some((each) => each.startsWith('config.json'));
  if (!description && !unreadable) problems.push('config.json: it is missing');
  const metrics = readMetrics(found['metrics.jsonl']?.bytes ?? new Uint8Array());
  problems.push(...metrics.problems);
  const last = metrics.lines.at(-1);
  const written = attempt('summary.json', readSummary);
  const reached = Math.max(last?.iteration ?? 0, 1 + (notes.openSince ?? -1));
  const summary = latestSummary([written, notes.summary], reached);
  const modified = NAMES.flatMap((name) => found[name]?.modified ?? []);
  const quiet = now - Math.max(...modified);
  return {
    ...judge({ problems, description, summary, last, quiet }),
    started: notes.started ?? oldestOf(found),
    ...{ description, metrics: metrics.lines, summary, problems },
  };
}

/**
 * The first of the summaries that is not left behind by an earlier part of the run, but faulty
 * where another of the same iteration is.
 */
function latestSummary(
  summaries: readonly (LoggedSummary | undefined)[],
  reached: number,
): LoggedSummary | undefined {
  const fitting = summaries.flatMap((each) => (each && each.iterations >= reached ? [each] : []));
  const [first] = fitting;
  if (!first) return undefined;
  const same = fitting.filter(({ iterations }) => iterations === first.iterations);
  return { ...first, faulty: same.some(({ faulty }) => faulty) };
}

/** Of the oldest file; NaN if there is none. */
function oldestOf(found: Found): number {
  const modified = NAMES.flatMap((name) => found[name]?.modified ?? []);
  return modified.length > 0 ? Math.min(...modified) : Number.NaN;
}
