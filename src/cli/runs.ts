/** `lockstep runs`: the run folders in a folder as a table. */

import type { EnvironmentDefinition } from '../environments/definition';
import { type LoggedRun, readLoggedRun } from '../logging/logged-run';
import type { RunFiles } from '../logging/run-files';
import type { CommandLine } from './flags';
import { formatInteger, formatRate, formatSpread } from './numbers';
import { finalReturns, formatRange, seedsOf, speedOf } from './run-figures';
import { formatTable } from './table';
import type { Terminal } from './terminal';
import { UsageError } from './usage-error';

/** The folder of all runs if none is given. */
const DEFAULT_FOLDER = 'runs';

/** What the commands about saved runs need from other rooms. */
export interface RunServices {
  readonly runFiles: RunFiles;
  environments(): readonly EnvironmentDefinition[];
  /** Rejects with the path and the reason. */
  writeFile(path: string, content: string | Uint8Array): Promise<void>;
  /** Milliseconds since 1970. */
  wallTime(): number;
}

/** @returns the exit code. */
export async function runs(
  { operands }: Pick<CommandLine, 'operands'>,
  { runFiles, wallTime }: RunServices,
  { stdout }: Terminal,
): Promise<number> {
  const [folder = DEFAULT_FOLDER] = operands;
  const found = await findRuns(runFiles, folder, wallTime());
  stdout.write(`${found.length > 0 ? formatRuns(found) : `no runs in ${folder}`}\n`);
  return 0;
}

const HEADER = ['run', 'environment', 'seed', 'timesteps', 'steps/s', 'return', 'evaluation'];
const RIGHT = [2, 3, 4, 5, 6];

/**
 * The runs in a folder, or the one that the folder itself is; newest last.
 * @param now milliseconds since 1970
 * @throws UsageError if the folder cannot be read.
 */
export async function findRuns(files: RunFiles, folder: string, now: number): Promise<LoggedRun[]> {
  const root = withoutSlash(folder);
  const itself = await files.read(`${root}/config.json`).catch(() => undefined);
  if (itself) return [await readLoggedRun(files, root, now)];
  const names = await files.folders(root).catch((error: Error) => {
    const advice = '"lockstep runs DIR" lists the runs of another folder';
    throw new UsageError(`${folder}: cannot be read: ${error.message}; ${advice}`);
  });
  const runs = await Promise.all(names.map((name) => readLoggedRun(files, `${root}/${name}`, now)));
  const age = ({ started }: LoggedRun): number => (Number.isNaN(started) ? 0 : started);
  return runs.sort((a, b) => age(a) - age(b) || (a.folder < b.folder ? -1 : 1));
}

/** A path without slashes at its end. */
export function withoutSlash(path: string): string {
  return path.replace(/(?<=.)\/+$/, '');
}

/** One row per run with its results and its state, and how that was judged. */
export function formatRuns(runs: readonly LoggedRun[]): string {
  return formatTable([[...HEADER, 'state', 'evidence'], ...runs.map(rowOf)], RIGHT);
}

function rowOf(run: LoggedRun): string[] {
  const { folder, description, metrics, summary, state, evidence } = run;
  const last = metrics.at(-1);
  const evaluation = summary?.evaluation;
  return [
    folder,
    description?.environment ?? '-',
    seedsOf(run),
    last ? formatInteger(last.timesteps) : '-',
    formatRate(speedOf(run)),
    formatRange(finalReturns(run)),
    evaluation ? formatSpread(evaluation.meanReturn, evaluation.stdReturn) : '-',
    state,
    evidence,
  ];
}
