/** The files of JSON in a run folder, of which damaged ones are refused with what is wrong. */
import { isRecord, readLines } from './lines';

/** What a run is, as far as it can be read: the latest start in the notes, or `config.json`. */
export interface LoggedDescription {
  /** Id of the environment. */
  readonly environment: string;
  /** Fields of another version may be missing or unknown. */
  readonly config: Readonly<Record<string, unknown>>;
  /** Name of the adapter; empty if unknown; so are `plan` and `version`. */
  readonly adapter: string;
  /** The kernels in words. */
  readonly plan: string;
  /** Version of the package. */
  readonly version: string;
}

/** How a run ended, as far as it is used; NaN for numbers that the file lacks. */
export interface LoggedSummary {
  /** The file that says so. */
  readonly source: 'summary.json' | 'notes.jsonl';
  /** Iterations that were finished. */
  readonly iterations: number;
  /** Environment steps per second, of all agents together. */
  readonly stepsPerSecond: number;
  /** Of the evaluation at the end; undefined where there was none. */
  readonly evaluation: { readonly meanReturn: number; readonly stdReturn: number } | undefined;
  /** Whether an error ended the run, such as a number that was not finite. */
  readonly faulty: boolean;
}

/** What the notes say about the whole run, as far as it can be read. */
export interface LoggedNotes {
  /** Time of the first note, in milliseconds since 1970. */
  readonly started: number | undefined;
  /** Of the latest start. */
  readonly description: LoggedDescription | undefined;
  /** Iterations that were finished at the latest start; undefined if the run has ended since. */
  readonly openSince: number | undefined;
  /** The end; undefined if the run has not ended since the latest start. */
  readonly summary: LoggedSummary | undefined;
}

/** The content of `notes.jsonl`; lines that cannot be read are left out. */
export function readNotes(bytes: Uint8Array): LoggedNotes {
  const { contents } = readLines('notes.jsonl', bytes, readNote);
  const latest = (type: string): Note | undefined =>
    contents.findLast((note) => note.type === type);
  const [start, end, evaluated] = [latest('start'), latest('end'), latest('evaluation')];
  const ended = end && contents.indexOf(end) > (start ? contents.indexOf(start) : -1);
  return {
    started: contents.map(({ time }) => time).find(Number.isFinite),
    description: start && readDescription(start.json.run),
    openSince: ended ? undefined : start?.iteration,
    summary: ended
      ? {
          source: 'notes.jsonl',
          iterations: end.iteration,
          stepsPerSecond: Number.NaN,
          evaluation: readEvaluation(evaluated?.json.evaluation),
          faulty: end.json.reason === 'failed',
        }
      : undefined,
  };
}

interface Note {
  readonly type: unknown;
  readonly time: number;
  readonly iteration: number;
  readonly json: Readonly<Record<string, unknown>>;
}

function readNote(json: unknown): Note {
  if (!isRecord(json)) throw new Error('it is not a note');
  const { type, time, iteration } = json;
  if (type === 'start') readDescription(json.run);
  return {
    ...{ type, json },
    time: typeof time === 'string' ? Date.parse(time) : Number.NaN,
    iteration: readCount('iteration', iteration),
  };
}

/** @throws Error with what is wrong. */
export function readDescription(json: unknown): LoggedDescription {
  if (!isRecord(json)) throw new Error('it is not a record of a run');
  const { environment, config } = json;
  if (typeof environment !== 'string') throw new Error('it has no environment');
  if (!isRecord(config)) throw new Error('it has no config');
  for (const key of ['totalTimesteps', 'numEnvs', 'numSteps', 'numAgents', 'seed']) {
    const least = key === 'seed' ? 0 : 1;
    const value = config[key];
    if (Number.isSafeInteger(value) && (value as number) >= least) continue;
    const found = JSON.stringify(value);
    throw new Error(`config.${key} is ${found}; it must be an integer from ${least}`);
  }
  const text = (key: string): string => (typeof json[key] === 'string' ? json[key] : '');
  const words = { adapter: text('adapter'), plan: text('plan'), version: text('version') };
  return { environment, config, ...words };
}

/** @throws Error with what is wrong. */
export function readSummary(json: unknown): LoggedSummary {
  if (!isRecord(json)) throw new Error('it is not a record of a run');
  const { iterations, stepsPerSecond, evaluation, fault } = json;
  return {
    source: 'summary.json',
    iterations: readCount('iterations', iterations),
    stepsPerSecond: numberOr(stepsPerSecond),
    evaluation: readEvaluation(evaluation),
    faulty: isRecord(fault),
  };
}

function readEvaluation(json: unknown): LoggedSummary['evaluation'] {
  if (!isRecord(json)) return undefined;
  return { meanReturn: numberOr(json.meanReturn), stdReturn: numberOr(json.stdReturn) };
}

function readCount(name: string, value: unknown): number {
  if (Number.isSafeInteger(value) && (value as number) >= 0) return value as number;
  throw new Error(`${name} is ${JSON.stringify(value)}; it must be an integer from 0`);
}

function numberOr(value: unknown): number {
  return typeof value === 'number' ? value : Number.NaN;
}
