/** Appends a section to bench/RESULTS.md: every figure with its date, commit, adapter and command. */
import { execFileSync } from 'node:child_process';
import { appendFileSync } from 'node:fs';
import { cpus } from 'node:os';
import type { Outcome, Section } from './results';
import { formatMeasurements } from './table';

const RESULTS = 'bench/RESULTS.md';
/** What a measurement depends on; results and what is drawn from them do not count as changes. */
const SOURCES = ['src', 'shaders', 'configs', 'bench', `:!${RESULTS}`, ':!bench/results.json'];

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

/** Commit of the checkout, marked where it has uncommitted changes. */
function commit(): string {
  const changed = git('status', '--porcelain', '--', ...SOURCES) !== '';
  return `${git('rev-parse', '--short', 'HEAD') || 'unknown'}${changed ? ' + changes' : ''}`;
}

const command = (): string => `npm run bench -- ${process.argv.slice(2).join(' ')}`.trim();
const today = (): string => new Date().toISOString().slice(0, 10);

export function record(title: string, adapter: string, body: string): void {
  appendFileSync(
    RESULTS,
    `\n## ${title}\n\n${today()} · commit ${commit()} · ${adapter} · \`${command()}\`\n\n${body}\n`,
  );
  console.log(`recorded in ${RESULTS}`);
}

/** An outcome of this process, with where it comes from. */
export function sectionOf(outcome: Outcome, adapter: string): Section {
  const processors = cpus();
  const machine = `${processors.length} × ${processors[0]?.model.trim() ?? 'unknown processor'}`;
  return { date: today(), commit: commit(), adapter, machine, command: command(), ...outcome };
}

/** The table of an outcome and the sentences below it, as RESULTS.md has them. */
export function formatOutcome({ measurements, notes }: Outcome): string {
  const sentences = notes.map((note) => `- ${note}`);
  return [formatMeasurements(measurements), ...(notes.length > 0 ? ['', ...sentences] : [])].join(
    '\n',
  );
}
