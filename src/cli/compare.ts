/** `lockstep compare`: the results of several runs side by side, and their learning curves. */
import { type LoggedRun, readLoggedRun } from '../logging/logged-run';
import { drawComparison, formatComparison, type Thresholds } from './comparison';
import type { CommandLine } from './flags';
import { type RunServices, withoutSlash } from './runs';
import type { Terminal } from './terminal';
import { UsageError } from './usage-error';

const DEFAULT_OUT = 'curves.svg';

/**
 * Writes the table, then the curves to the file of --out; names what is damaged.
 * @throws UsageError for folders that hold nothing of a run.
 */
export async function compare(
  { operands, out = DEFAULT_OUT }: Pick<CommandLine, 'operands' | 'out'>,
  services: RunServices,
  { stdout, stderr }: Terminal,
): Promise<number> {
  const { runFiles, wallTime } = services;
  const read = (folder: string): Promise<LoggedRun> =>
    readLoggedRun(runFiles, withoutSlash(folder), wallTime());
  const runs = await Promise.all(operands.map(read));
  const empty = runs.filter(({ description, metrics }) => !description && metrics.length === 0);
  if (empty.length > 0) {
    const reasons = empty.map(({ folder, problems }) => `${folder}: ${problems.join('; ')}`);
    throw new UsageError(reasons.join('\n'));
  }
  for (const { folder, problems } of runs) {
    for (const problem of problems) stderr.write(`warning: ${folder}: ${problem}\n`);
  }
  const known = services.environments();
  const thresholds: Thresholds = (id) => known.find((each) => each.id === id)?.rewardThreshold;
  stdout.write(`${formatComparison(runs, thresholds)}\n`);
  await services.writeFile(out, drawComparison(runs, thresholds));
  stderr.write(`curves written to ${out}\n`);
  return 0;
}
