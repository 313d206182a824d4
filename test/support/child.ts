import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildSync } from 'esbuild';

const root = fileURLToPath(new URL('../..', import.meta.url));

export interface ChildResult {
  /** For a process ended by a signal, 128 + the signal's number, as in shells. */
  readonly status: number | null;
  readonly stdout: string;
}

/**
 * A TypeScript program, bundled, for a separate process; its imports start at the project's root.
 */
export class ChildProgram {
  private readonly folder: string;
  /** The bundled program. */
  readonly path: string;

  constructor(source: string) {
    const cache = join(root, 'node_modules', '.cache');
    mkdirSync(cache, { recursive: true });
    this.folder = mkdtempSync(join(cache, 'lockstep-child-'));
    this.path = join(this.folder, 'child.mjs');
    const stdin = { contents: source, resolveDir: root, loader: 'ts' as const };
    const external = ['webgpu', 'wesl', 'wesl/core', 'pbf', 'node:*'];
    const built = buildSync({
      ...{ stdin, bundle: true, format: 'esm', target: 'es2022', external, write: false },
      loader: { '.wesl': 'text' },
    });
    writeFileSync(this.path, built.outputFiles[0]!.contents);
  }

  /** Runs a shell command in which `$PROGRAM` starts this program, and `$FOLDER` is writable. */
  run(command: string, flags = ''): ChildResult {
    const program = `${process.execPath} ${flags} ${this.path}`;
    const known = { PROGRAM: program, FOLDER: this.folder, LOCKSTEP_DEBUG: '' };
    const env = { ...process.env, ...known };
    const { status, stdout } = spawnSync('bash', ['-c', command], { env, encoding: 'utf8' });
    return { status, stdout };
  }

  remove(): void {
    rmSync(this.folder, { recursive: true });
  }
}
