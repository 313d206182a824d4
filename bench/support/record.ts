/** Appends a section to bench/RESULTS.md: every figure with its date, commit, adapter and command. */
import { execFileSync } from 'node:child_process';
import { appendFileSync } from 'node:fs';

const RESULTS = 'bench/RESULTS.md';

function git(...args: string[]): string {
  try {
    return execFileSync('git', args, { encoding: 'utf8' }).trim();
  } catch {
    return '';
  }
}

/** Commit of the checkout, marked where it has uncommitted changes. */
function commit(): string {
  const paths = ['src', 'shaders', 'configs', 'bench', `:!${RESULTS}`];
  const changed = git('status', '--porcelain', '--', ...paths) !== '';
  return `${git('rev-parse', '--short', 'HEAD') || 'unknown'}${changed ? ' + changes' : ''}`;
}

export function record(title: string, adapter: string, body: string): void {
  const command = `npm run bench -- ${process.argv.slice(2).join(' ')}`.trim();
  const date = new Date().toISOString().slice(0, 10);
  appendFileSync(
    RESULTS,
    `\n## ${title}\n\n${date} · commit ${commit()} · ${adapter} · \`${command}\`\n\n${body}\n`,
  );
  console.log(`recorded in ${RESULTS}`);
}
