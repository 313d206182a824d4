/** The built command `lockstep` in a process of its own. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import {
  closeSync,
  existsSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const BUILT = join(ROOT, 'dist', 'cli.js');
/** A command that has not ended by then never will. */
const PATIENCE = 100_000;

/** Milliseconds since 1970 of the latest change below a folder. */
function latestChange(folder: string): number {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true });
  return Math.max(...files.map((file) => statSync(join(file.parentPath, file.name)).mtimeMs));
}

/** Builds the command where it is missing or older than its sources; `npm install` builds it too. */
export function ensureBuilt(): void {
  const sources = ['src', 'shaders', 'configs'].map((folder) => latestChange(join(ROOT, folder)));
  if (existsSync(BUILT) && statSync(BUILT).mtimeMs > Math.max(...sources)) return;
  execFileSync(process.execPath, ['scripts/build.mjs'], { cwd: ROOT, stdio: 'inherit' });
}

export interface CommandResult {
  /** The exit code; null where a signal ended the process. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CommandOptions {
  /** File to run instead of the built command. */
  readonly file?: string;
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Sends Ctrl-C once standard error matches. */
  readonly interruptAt?: RegExp;
}

/** Runs `lockstep` with these arguments to its end. */
export async function lockstep(line: string, options: CommandOptions = {}): Promise<CommandResult> {
  const folder = mkdtempSync(join(tmpdir(), 'lockstep-command-'));
  const { file = BUILT, cwd = ROOT, env = {} } = options;
  // To a file that is appended to: Dawn's own lines cannot be kept out of Node's pipes.
  const errors = join(folder, 'stderr');
  const descriptor = openSync(errors, 'a');
  const child = spawn(process.execPath, [file, ...line.split(' ').filter(Boolean)], {
    cwd,
    env: { ...process.env, LOCKSTEP_DEBUG: '', ...env },
    stdio: ['ignore', 'pipe', descriptor],
    timeout: PATIENCE,
  });
  closeSync(descriptor);
  const watch = setInterval(() => {
    if (!options.interruptAt?.test(readFileSync(errors, 'utf8'))) return;
    clearInterval(watch);
    child.kill('SIGINT');
  }, 50);
  try {
    const [stdout, code] = await Promise.all([text(child.stdout!), exitCode(child)]);
    return { code, stdout, stderr: readFileSync(errors, 'utf8') };
  } finally {
    clearInterval(watch);
    rmSync(folder, { recursive: true });
  }
}

function exitCode(child: ChildProcess): Promise<number | null> {
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
}
