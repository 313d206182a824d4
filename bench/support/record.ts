/**
 * Keeps a section: in bench/RESULTS.md in place of the older one with its title and adapter, and at
 * the end of the month's history in bench/results. Every figure has its date, commit, adapter and
 * command.
 */
import { execFileSync } from 'node:child_process';
import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import type { Measurement, Outcome, Section } from './results';
import { formatSection, type PageSection, replaceSection } from './results-page';
import { formatMeasurements } from './table';

const RESULTS = 'bench/RESULTS.md';
const HISTORY = 'bench/results';
/** Paths that measurements depend on; changes of results and charts do not count. */
const SOURCES = [
  ...['src', 'shaders', 'configs', 'bench'],
  ...[`:!${RESULTS}`, `:!${HISTORY}`, ':!bench/results.json'],
];

function git(...args: string[]): string {
  try {
    return execFileSync('git', args, {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim();
  } catch {
    return '';
  }
}

/** Commit of the checkout, marked if it has uncommitted changes. */
function commit(): string {
  const changed = git('status', '--porcelain', '--', ...SOURCES) !== '';
  return `${git('rev-parse', '--short', 'HEAD') || 'unknown'}${changed ? ' + changes' : ''}`;
}

const command = (): string => `npm run bench -- ${process.argv.slice(2).join(' ')}`.trim();
const today = (): string => new Date().toISOString().slice(0, 10);

/**
 * Records a run of this process.
 * @param body what the run measured, for the history
 * @param current what is known now, where the run measured a part of it
 */
export function record(title: string, adapter: string, body: string, current = body): void {
  const section: PageSection = {
    ...{ title, adapter, body },
    ...{ date: today(), commit: commit(), command: command() },
  };
  writeFileSync(
    RESULTS,
    replaceSection(readFileSync(RESULTS, 'utf8'), { ...section, body: current }),
  );
  const month = section.date.slice(0, 7);
  const history = `${HISTORY}/${month}.md`;
  if (!existsSync(history)) writeFileSync(history, `# Results of ${month}\n`);
  appendFileSync(history, `\n${formatSection(section)}`);
  console.log(`recorded in ${RESULTS} and ${history}`);
}

/** An outcome of this process with its source. */
export function sectionOf(outcome: Outcome, adapter: string): Section {
  const processors = cpus();
  const machine = `${processors.length} × ${processors[0]?.model.trim() ?? 'unknown processor'}`;
  return { date: today(), commit: commit(), adapter, machine, command: command(), ...outcome };
}

/** The table of an outcome and the sentences below it; rows of older commits are named. */
export function formatOutcome({ measurements, notes }: Outcome): string {
  const sentences = [...notes, ...olderRows(measurements)].map((note) => `- ${note}`);
  return [
    formatMeasurements(measurements),
    ...(sentences.length > 0 ? ['', ...sentences] : []),
  ].join('\n');
}

function olderRows(measurements: readonly Measurement[]): string[] {
  const rows = new Map<string, Set<string>>();
  for (const { commit: older, workload, subject } of measurements) {
    if (older === undefined) continue;
    rows.set(older, (rows.get(older) ?? new Set()).add(`${workload}, ${subject}`));
  }
  return [...rows].map(([older, names]) => `measured at commit ${older}: ${[...names].join('; ')}`);
}
