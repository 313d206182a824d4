/**
 * Tries cases in child processes, so that a crash or a hang is the fault of one case and not the
 * end of all.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { buildSync } from 'esbuild';
import type { Case, Verdict } from './case-process';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
/** Milliseconds after which a case counts as hanging. */
export const PATIENCE = 60_000;
const PROCESSES = 2;
/** A fresh process now and then, so that one case's leftovers do not decide about many others. */
const CASES_PER_PROCESS = 40;

export interface Trial<C extends Case> {
  readonly tried: C;
  readonly verdict: Verdict | { readonly outcome: 'crashed' | 'hung'; readonly error: string };
  /** What the process wrote to standard error meanwhile. */
  readonly stderr: string;
  readonly seconds: number;
}

function bundle(): string {
  const folder = mkdtempSync(join(ROOT, 'node_modules', '.lockstep-cases-'));
  const entryPoints = [join(ROOT, 'test/properties/case-process.ts')];
  buildSync({
    ...{ entryPoints, bundle: true, format: 'esm', platform: 'node', target: 'node20' },
    ...{ outfile: join(folder, 'cases.mjs'), loader: { '.wesl': 'text' } },
    external: ['webgpu', 'wesl', 'wesl/core', '@sparticuz/chromium'],
  });
  return folder;
}

const replace = (_key: string, value: unknown): unknown =>
  typeof value === 'number' && !Number.isFinite(value) ? `$${value}` : value;

class CaseProcess {
  private readonly child: ChildProcess;
  private readonly lines: AsyncIterator<string>;
  private stderr = '';
  tried = 0;

  constructor(file: string) {
    this.child = spawn(process.execPath, [file], { stdio: 'pipe' });
    this.lines = createInterface({ input: this.child.stdout! })[Symbol.asyncIterator]();
    this.child.stderr!.on('data', (chunk) => {
      this.stderr += chunk;
    });
    // A process that has crashed takes no more lines; its end tells of it.
    this.child.stdin!.on('error', () => {});
  }

  async try<C extends Case>(tried: C): Promise<Trial<C>> {
    const begin = performance.now();
    this.tried += 1;
    this.stderr = '';
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<'late'>((resolve) => {
      timer = setTimeout(() => resolve('late'), PATIENCE);
    });
    this.child.stdin!.write(`${JSON.stringify(tried, replace)}\n`);
    const line = await Promise.race([this.lines.next(), late]);
    clearTimeout(timer);
    const end = { tried, stderr: this.stderr, seconds: (performance.now() - begin) / 1000 };
    if (line === 'late') return { ...end, verdict: { outcome: 'hung', error: 'no answer' } };
    if (!line.done) return { ...end, verdict: JSON.parse(line.value) as Verdict };
    const error = `exit code ${this.child.exitCode}, signal ${this.child.signalCode}`;
    return { ...end, stderr: this.stderr, verdict: { outcome: 'crashed', error } };
  }

  end(): void {
    this.child.kill('SIGKILL');
  }
}

/** Every case's trial, in the order of the cases. */
export async function tryCases<C extends Case>(
  cases: readonly C[],
  told: (trial: Trial<C>) => void = () => {},
): Promise<Trial<C>[]> {
  const folder = bundle();
  const file = join(folder, 'cases.mjs');
  const trials: Trial<C>[] = [];
  let next = 0;
  const work = async (): Promise<void> => {
    let child = new CaseProcess(file);
    for (let index = next++; index < cases.length; index = next++) {
      const trial = await child.try(cases[index]!);
      trials[index] = trial;
      told(trial);
      const { outcome } = trial.verdict;
      if (outcome === 'hung' || outcome === 'crashed' || child.tried >= CASES_PER_PROCESS) {
        child.end();
        child = new CaseProcess(file);
      }
    }
    child.end();
  };
  try {
    await Promise.all(Array.from({ length: PROCESSES }, work));
    return trials;
  } finally {
    rmSync(folder, { recursive: true });
  }
}
