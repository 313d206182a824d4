/** Several runs side by side: results, differences, learning curves. */
import type { LoggedRun } from '../logging/logged-run';
import { rangeOf } from '../logging/summarize-values';
import { type Curve, type CurvePoint, curveChart } from './curve-chart';
import { formatInteger, formatRate } from './numbers';
import { finalReturns, formatRange, meanOf, returnsIn, seedsOf, speedOf } from './run-figures';
import { formatTable } from './table';

/** A run and the letter that tables and chart name it by. */
interface Labelled {
  readonly label: string;
  readonly run: LoggedRun;
}

/** Runs that differ in nothing but their seeds, at least one. */
type Group = readonly Labelled[];

/** A mean return that counts as solved, by environment; undefined where there is none. */
export type Thresholds = (environment: string) => number | undefined;

/** The whole text: results, groups of seeds, differences of the configurations. */
export function formatComparison(runs: readonly LoggedRun[], thresholds: Thresholds): string {
  const labelled = label(runs);
  const sections = [formatResults(labelled, thresholds), formatDifferences(labelled)];
  const environments = new Set(runs.map(({ description }) => description?.environment));
  if (environments.size > 1) sections.push('The returns of different environments do not compare.');
  return sections.join('\n\n');
}

/** The learning curves: a line per run, one for all seeds of the same configuration. */
export function drawComparison(runs: readonly LoggedRun[], thresholds: Thresholds): string {
  const environments = [...new Set(runs.map(environmentOf))];
  const [only] = environments;
  return curveChart({
    title: `Learning curves: ${environments.join(', ')}`,
    caption: 'mean of the latest 100 episodes; several seeds: mean, and lowest to highest',
    unit: 'return',
    xName: 'timesteps',
    mark: environments.length === 1 ? thresholds(only!) : undefined,
    curves: groupsOf(label(runs)).map(curveOf),
  });
}

function environmentOf({ description }: LoggedRun): string {
  return description?.environment ?? 'unknown';
}

/** A, B, …, Z, A1, B1, … */
function label(runs: readonly LoggedRun[]): Labelled[] {
  return runs.map((run, index) => {
    const round = Math.floor(index / 26);
    const letter = String.fromCharCode('A'.charCodeAt(0) + (index % 26));
    return { label: `${letter}${round || ''}`, run };
  });
}

/** In the order of their first members. */
function groupsOf(runs: readonly Labelled[]): Group[] {
  const groups = new Map<string, Labelled[]>();
  for (const one of runs) {
    const { description, metrics, folder } = one.run;
    const { seed, ...config } = description?.config ?? {};
    // A run that was stopped early would bend the mean of the others.
    const kind = description ? [description.environment, config, metrics.length] : folder;
    const key = JSON.stringify(kind);
    groups.set(key, [...(groups.get(key) ?? []), one]);
  }
  return [...groups.values()];
}

function labelsOf(group: Group): string {
  return group.map(({ label: name }) => name).join(' ');
}

/** The mean over the agents of all members, at every iteration in which an episode had ended. */
function curveOf(group: Group): Curve {
  const [{ run: first }] = group as [Labelled];
  const points = first.metrics.flatMap((line, index): CurvePoint[] => {
    const values = group.flatMap(({ run }) => returnsIn(run.metrics[index]!));
    if (values.length === 0) return [];
    const [low, high] = rangeOf(values);
    return [{ x: line.timesteps, y: meanOf(values), low, high }];
  });
  const more = group.length > 1 ? ` and ${group.length - 1} more` : '';
  return { name: `${labelsOf(group)}: ${first.folder}${more}`, points };
}

/** The figures of one row: a run, or the seeds of a group. */
interface Figures {
  readonly final: readonly number[];
  readonly best: readonly number[];
  readonly toBest: readonly number[];
  readonly toThreshold: readonly number[];
  readonly speed: readonly number[];
}

function figuresOf(run: LoggedRun, thresholds: Thresholds): Figures {
  const means = run.metrics.flatMap((line) => {
    const mean = meanOf(returnsIn(line));
    return Number.isFinite(mean) ? [{ mean, timesteps: line.timesteps }] : [];
  });
  const threshold = thresholds(environmentOf(run)) ?? Number.NaN;
  const best = means.reduce((a, b) => Math.max(a, b.mean), Number.NEGATIVE_INFINITY);
  const first = (reached: (mean: number) => boolean): number[] =>
    means
      .filter(({ mean }) => reached(mean))
      .map(({ timesteps }) => timesteps)
      .slice(0, 1);
  return {
    final: finalReturns(run),
    best: means.length > 0 ? [best] : [],
    toBest: first((mean) => mean === best),
    toThreshold: first((mean) => mean >= threshold),
    speed: [speedOf(run)],
  };
}

function formatResults(runs: readonly Labelled[], thresholds: Thresholds): string {
  const known = new Map(runs.map(({ run }) => [run, figuresOf(run, thresholds)]));
  const solvable = runs.some(({ run }) => thresholds(environmentOf(run)) !== undefined);
  const columns = ['', 'run', 'seed', 'final return', 'best return', 'steps to best'];
  const header = [...columns, ...(solvable ? ['steps to solve'] : []), 'steps/s', 'state'];
  const cells = ({ final, best, toBest, toThreshold, speed }: Figures): string[] => [
    formatRange(final),
    formatRange(best),
    formatRange(toBest, formatSteps),
    ...(solvable ? [formatRange(toThreshold, formatSteps)] : []),
    formatRange(speed, formatRate),
  ];
  const rows = runs.map(({ label: name, run }) => [
    ...[name, run.folder, seedsOf(run)],
    ...cells(known.get(run)!),
    run.state,
  ]);
  const together = groupsOf(runs)
    .filter((group) => group.length > 1)
    .map((group) => {
      const members = group.map(({ run }) => known.get(run)!);
      const all = (key: keyof Figures): number[] => members.flatMap((member) => member[key]);
      const solved = members.every(({ toThreshold }) => toThreshold.length > 0);
      const merged = {
        ...{ final: all('final'), best: all('best'), toBest: all('toBest') },
        ...{ toThreshold: solved ? all('toThreshold') : [], speed: all('speed') },
      };
      return [labelsOf(group), `${group.length} runs together`, '', ...cells(merged), ''];
    });
  const right = header.map((_, column) => column).slice(2, -1);
  return formatTable([header, ...rows, ...together], right);
}

function formatSteps(value: number): string {
  return Number.isFinite(value) ? formatInteger(value) : '-';
}

/** The fields of the configurations and descriptions that are not the same in all runs. */
function formatDifferences(runs: readonly Labelled[]): string {
  const fields = runs.map(({ run: { description } }): Readonly<Record<string, unknown>> => {
    if (!description) return {};
    const { config, ...rest } = description;
    const { seed, ...others } = config;
    return { ...rest, ...others };
  });
  const keys = [...new Set(fields.flatMap(Object.keys))];
  const cell = (value: unknown): string => {
    if (value === undefined) return '-';
    return typeof value === 'string' ? value : JSON.stringify(value);
  };
  const rows = keys
    .map((key) => [
      key,
      ...fields.map((all) => cell(Object.hasOwn(all, key) ? all[key] : undefined)),
    ])
    .filter(([, ...cells]) => new Set(cells).size > 1);
  if (rows.length === 0) return 'The configurations are the same but for the seeds.';
  return formatTable([['differs', ...runs.map(({ label: name }) => name)], ...rows]);
}
