/** What a run folder says about its run. Reads whatever is there and names what is damaged. */
import { isRecord, readLines } from './lines';
import { type MetricLine, readMetrics } from './metric-lines';
import type { ReadFile, RunFiles } from './run-files';

/** How a run stands. */
export interface RunState {
  /**
   * 'broken' where a file is missing or damaged; 'running' where it still writes; 'finished' after
   * all its iterations; 'stopped' before.
   */
  readonly state: 'running' | 'finished' | 'stopped' | 'broken';
  /** What says so. */
  readonly evidence: string;
}

/** The content of `config.json`, as far as it can be read. */
export interface SavedDescription {
  readonly environment: string;
  /** Fields of another version may be missing or unknown. */
  readonly config: Readonly<Record<string, unknown>>;
  readonly adapter: string;
  readonly plan: string;
  readonly version: string;
}

/** The content of `summary.json`, as far as it is used; NaN for numbers that it lacks. */
export interface SavedSummary {
  readonly iterations: number;
  readonly stepsPerSecond: number;
  /** Of the evaluation at the end; undefined where there was none. */
  readonly evaluation: { readonly meanReturn: number; readonly stdReturn: number } | undefined;
  /** Whether a number that was not finite ended the run. */
  readonly faulty: boolean;
}

/** A run folder that was read. */
export interface SavedRun extends RunState {
  /** Path of the folder. */
  readonly folder: string;
  /** When it began, in milliseconds since 1970; NaN where nothing says so. */
  readonly started: number;
  readonly description: SavedDescription | undefined;
  readonly metrics: readonly MetricLine[];
  /** Undefined for a run that has not ended in order, or that went on after it had ended. */
  readonly summary: SavedSummary | undefined;
  /** What is missing or damaged, one sentence each, which begins with the name of the file. */
  readonly problems: readonly string[];
}

/** Without a summary, a run counts as running for so many milliseconds after its last line. */
const QUIET_LIMIT = 60_000;
/** Or for the time of so many iterations, if that is longer. */
const QUIET_ITERATIONS = 5;

const NAMES = ['config.json', 'metrics.jsonl', 'notes.jsonl', 'summary.json'] as const;
type Name = (typeof NAMES)[number];

/**
 * Reads a run folder; never rejects.
 * @param now milliseconds since 1970
 */
export async function readSavedRun(
  files: RunFiles,
  folder: string,
  now: number,
): Promise<SavedRun> {
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

function interpret(found: Found, unread: readonly string[], now: number): Omit<SavedRun, 'folder'> {
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
  const description = attempt('config.json', readDescription);
  const missing = !found['config.json'] && !unread.some((each) => each.startsWith('config.json'));
  if (missing) problems.push('config.json: it is missing');
  const metrics = readMetrics(found['metrics.jsonl']?.bytes ?? new Uint8Array());
  problems.push(...metrics.problems);
  const last = metrics.lines.at(-1);
  const written = attempt('summary.json', readSummary);
  const summary = (last?.iteration ?? 0) > (written?.iterations ?? 0) ? undefined : written;
  const modified = NAMES.flatMap((name) => found[name]?.modified ?? []);
  const quiet = now - Math.max(...modified);
  return {
    ...judge({ problems, description, summary, last, quiet }),
    started: startOf(found),
    ...{ description, metrics: metrics.lines, summary, problems },
  };
}

interface Evidence extends Pick<SavedRun, 'problems' | 'description' | 'summary'> {
  readonly last: MetricLine | undefined;
  /** Milliseconds since anything was written. */
  readonly quiet: number;
}

function judge({ problems, description, summary, last, quiet }: Evidence): RunState {
  if (problems.length > 0 || !description) {
    return { state: 'broken', evidence: problems.join('; ') };
  }
  const whole = iterationsOf(description.config);
  if (summary) {
    const { iterations, faulty } = summary;
    const of = `${iterations} of ${whole} iterations`;
    if (faulty) return { state: 'stopped', evidence: `summary.json: a fault, after ${of}` };
    const state = iterations >= whole ? 'finished' : 'stopped';
    return { state, evidence: `summary.json: ${of}` };
  }
  const done = last?.iteration ?? 0;
  const pace = last ? (1000 * last.seconds) / last.iteration : 0;
  const limit = Math.max(QUIET_LIMIT, QUIET_ITERATIONS * pace);
  const ago = `last written ${formatAge(quiet)} ago, after ${done} of ${whole} iterations`;
  return {
    state: quiet <= limit ? 'running' : 'stopped',
    evidence: `no summary.json; ${ago}`,
  };
}

function formatAge(milliseconds: number): string {
  const seconds = Math.max(0, Math.round(milliseconds / 1000));
  if (seconds < 120) return `${seconds} s`;
  if (seconds < 7200) return `${Math.round(seconds / 60)} min`;
  if (seconds < 172_800) return `${Math.round(seconds / 3600)} h`;
  return `${Math.round(seconds / 86_400)} days`;
}

/** Iterations of the whole run, as in `deriveSizes`. */
function iterationsOf(config: Readonly<Record<string, unknown>>): number {
  const [total, envs, steps] = ['totalTimesteps', 'numEnvs', 'numSteps'].map((key) => config[key]);
  return Math.ceil((total as number) / ((envs as number) * (steps as number)));
}

/** The time of the first note, or of the oldest file. */
function startOf(found: Found): number {
  const notes = found['notes.jsonl'];
  const { contents } = readLines('notes.jsonl', notes?.bytes ?? new Uint8Array(), timeOf);
  const noted = contents.find(Number.isFinite);
  if (noted !== undefined) return noted;
  const modified = NAMES.flatMap((name) => found[name]?.modified ?? []);
  return modified.length > 0 ? Math.min(...modified) : Number.NaN;
}

function timeOf(json: unknown): number {
  return isRecord(json) && typeof json.time === 'string' ? Date.parse(json.time) : Number.NaN;
}

function readDescription(json: unknown): SavedDescription {
  if (!isRecord(json)) throw new Error('it is no record of a run');
  const { environment, config } = json;
  if (typeof environment !== 'string') throw new Error('it has no environment');
  if (!isRecord(config)) throw new Error('it has no config');
  for (const key of ['totalTimesteps', 'numEnvs', 'numSteps', 'numAgents', 'seed']) {
    const value = config[key];
    if (typeof value === 'number' && value >= (key === 'seed' ? 0 : 1)) continue;
    throw new Error(`config.${key} is ${JSON.stringify(value)}; it must be a number`);
  }
  const text = (key: string): string => (typeof json[key] === 'string' ? json[key] : '');
  const words = { adapter: text('adapter'), plan: text('plan'), version: text('version') };
  return { environment, config, ...words };
}

function readSummary(json: unknown): SavedSummary {
  if (!isRecord(json)) throw new Error('it is no record of a run');
  const { iterations, evaluation, fault } = json;
  if (!Number.isSafeInteger(iterations) || (iterations as number) < 0) {
    throw new Error(`iterations is ${JSON.stringify(iterations)}; it must be an integer from 0`);
  }
  return {
    iterations: iterations as number,
    stepsPerSecond: numberOr(json.stepsPerSecond),
    evaluation: isRecord(evaluation)
      ? { meanReturn: numberOr(evaluation.meanReturn), stdReturn: numberOr(evaluation.stdReturn) }
      : undefined,
    faulty: isRecord(fault),
  };
}

function numberOr(value: unknown): number {
  return typeof value === 'number' ? value : Number.NaN;
}
