/** The built command `lockstep` in a separate process. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const BUILT = join(ROOT, 'dist', 'cli.js');
/** Time limit of a command in milliseconds, above that of most tests, which report it better. */
const PATIENCE = 800_000;

/** Milliseconds since 1970 of the latest change in a folder. */
function latestChange(folder: string): number {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true });
  return Math.max(...files.map((file) => statSync(join(file.parentPath, file.name)).mtimeMs));
}

/** Builds the command if it is missing or older than its sources; `npm install` builds it, too. */
export function ensureBuilt(): void {
  const sources = ['src', 'shaders', 'configs', 'page'].map((folder) =>
    latestChange(join(ROOT, folder)),
  );
  if (existsSync(BUILT) && statSync(BUILT).mtimeMs > Math.max(...sources)) return;
  execFileSync(process.execPath, ['scripts/build.mjs'], { cwd: ROOT, stdio: 'inherit' });
}

export interface CommandResult {
  /** The exit code; null if a signal ended the process. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CommandOptions {
  /** File to run instead of the built command. */
  readonly file?: string;
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Actions on the process, in this order, each once what it wrote matches. */
  readonly steps?: readonly Step[];
}

export interface Step {
  /** What standard error must match; anything unless given. */
  readonly stderr?: RegExp;
  /** What standard output must match; anything unless given. */
  readonly stdout?: RegExp;
  /** @param stdout what standard output has so far */
  act(child: ChildProcess, stdout: string): void;
}

/** Sends a signal once standard error matches. */
export function signalAt(stderr: RegExp, signal: NodeJS.Signals): Step {
  return { stderr, act: (child) => child.kill(signal) };
}

/**
 * Runs `lockstep` with these arguments to its end; `train` keeps a run only where it is told to.
 */
export function lockstep(line: string, options: CommandOptions = {}): Promise<CommandResult> {
  const { file = BUILT } = options;
  const words = line.split(' ').filter(Boolean);
  const keeps = ['--run-dir', '--resume'].some((flag) => words.includes(flag));
  const unkept = words.includes('train') && !keeps ? ['--no-save'] : [];
  return start(process.execPath, [file, ...words, ...unkept], options);
}

/** Runs a shell command in which `$LOCKSTEP` is the built command. */
export function shell(command: string, options: CommandOptions = {}): Promise<CommandResult> {
  const env = { ...options.env, LOCKSTEP: `${process.execPath} ${BUILT}` };
  return start('bash', ['-c', command], { ...options, env });
}

async function start(
  program: string,
  words: readonly string[],
  { cwd = ROOT, env = {}, steps = [] }: CommandOptions,
): Promise<CommandResult> {
  const child = spawn(program, words, {
    cwd,
    env: { ...process.env, LOCKSTEP_DEBUG: '', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: PATIENCE,
  });
  let stdout = '';
  let stderr = '';
  const waiting = [...steps];
  const takeSteps = (): void => {
    for (let step = waiting[0]; step; step = waiting[0]) {
      if (step.stdout?.test(stdout) === false || step.stderr?.test(stderr) === false) return;
      waiting.shift();
      step.act(child, stdout);
    }
  };
  child.stdout.setEncoding('utf8').on('data', (piece: string) => {
    stdout += piece;
    takeSteps();
  });
  child.stderr.setEncoding('utf8').on('data', (piece: string) => {
    stderr += piece;
    takeSteps();
  });
  const code = await exitCode(child);
  return { code, stdout, stderr };
}

function exitCode(child: ChildProcess): Promise<number | null> {
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
}
