/** `lockstep runs`: the run folders in a folder as a table. */
import type { RunFiles } from '../logging/run-files';
import { readSavedRun, type SavedRun } from '../logging/saved-run';
import { formatInteger, formatNumber, formatRate } from './numbers';
import { finalReturns, formatRange, formatSeeds, speedOf } from './run-figures';
import { formatTable } from './table';
import { UsageError } from './usage-error';

const HEADER = ['run', 'environment', 'seed', 'timesteps', 'steps/s', 'return', 'evaluation'];
const RIGHT = [2, 3, 4, 5, 6];

/**
 * The runs in a folder, or the one that the folder itself is; newest last.
 * @param now milliseconds since 1970
 * @throws UsageError if the folder cannot be read.
 */
export async function findRuns(files: RunFiles, folder: string, now: number): Promise<SavedRun[]> {
  const root = folder.replace(/(?<=.)\/+$/, '');
  const itself = await files.read(`${root}/config.json`).catch(() => undefined);
  if (itself) return [await readSavedRun(files, root, now)];
  const names = await files.folders(root).catch((error: Error) => {
    throw new UsageError(`${folder}: cannot be read: ${error.message}`);
  });
  const runs = await Promise.all(names.map((name) => readSavedRun(files, `${root}/${name}`, now)));
  const age = ({ started }: SavedRun): number => (Number.isNaN(started) ? 0 : started);
  return runs.sort((a, b) => age(a) - age(b) || (a.folder < b.folder ? -1 : 1));
}

/** One row per run with its results and its state, and how that was judged. */
export function formatRuns(runs: readonly SavedRun[]): string {
  return formatTable([[...HEADER, 'state', 'as told by'], ...runs.map(rowOf)], RIGHT);
}

function rowOf(run: SavedRun): string[] {
  const { folder, description, metrics, summary, state, evidence } = run;
  const last = metrics.at(-1);
  const evaluation = summary?.evaluation;
  return [
    folder,
    description?.environment ?? '-',
    formatSeeds(run),
    last ? formatInteger(last.timesteps) : '-',
    formatRate(speedOf(run)),
    formatRange(finalReturns(run)),
    evaluation
      ? `${formatNumber(evaluation.meanReturn, 1)} ± ${formatNumber(evaluation.stdReturn, 1)}`
      : '-',
    state,
    evidence,
  ];
}
