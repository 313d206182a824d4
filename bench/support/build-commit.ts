/** The library of another commit with the contestant of this one. */
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** As in scripts/build.mjs. */
const BUNDLING = [
  ...['--bundle', '--format=esm', '--platform=neutral', '--main-fields=module,main'],
  ...['--target=es2022', '--loader:.wesl=text', '--log-level=error'],
  ...['webgpu', 'wesl', 'wesl/core', 'node:*', '@sparticuz/chromium'].map(
    (name) => `--external:${name}`,
  ),
];

export interface BuiltCommit {
  /** Short name of the commit. */
  readonly name: string;
  /** The contestant's program; it speaks the protocol of bench/README.md. */
  readonly program: string;
  remove(): void;
}

const git = (...args: string[]): Buffer =>
  execFileSync('git', args, { maxBuffer: 2 ** 30, stdio: ['ignore', 'pipe', 'pipe'] });

/**
 * Bundles `bench/contestants/any-commit.ts` as it is now with `src` and `shaders` of a commit.
 * @throws Error where there is no such commit, or its library has not what the contestant imports
 */
export function buildCommit(commit: string): BuiltCommit {
  const name = git('rev-parse', '--short', '--verify', `${commit}^{commit}`).toString().trim();
  // Below the installed packages, which the bundle imports.
  const folder = mkdtempSync(resolve('node_modules', '.lockstep-commit-'));
  const remove = (): void => rmSync(folder, { recursive: true, force: true });
  try {
    const files = git('archive', name, 'src', 'shaders', 'configs', 'package.json');
    execFileSync('tar', ['-x', '-C', folder], { input: files });
    for (const part of ['contestants', 'support']) {
      cpSync(join('bench', part), join(folder, 'bench', part), { recursive: true });
    }
    symlinkSync(resolve('node_modules'), join(folder, 'node_modules'));
    const program = join(folder, 'lockstep.mjs');
    const entry = join(folder, 'bench/contestants/any-commit.ts');
    const { status, stderr } = spawnSync(
      'node_modules/.bin/esbuild',
      [entry, `--outfile=${program}`, ...BUNDLING],
      { encoding: 'utf8' },
    );
    if (status !== 0) throw new Error(`the contestant does not go with ${name}:\n${stderr}`);
    return { name, program, remove };
  } catch (error) {
    remove();
    throw error;
  }
}
