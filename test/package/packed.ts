/**
 * The package as a registry or a git address delivers it, beside its dependencies, in a folder of
 * its own.
 */
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { files } from '../../package.json';

export const ROOT = fileURLToPath(new URL('../..', import.meta.url));
/** What is packed, and what builds it; `dist` must come from the build. */
const SOURCES = [
  'package.json',
  'tsconfig.json',
  'tsconfig.build.json',
  'scripts',
  'src',
  ...files,
];
/** What `npm install` puts beside the package: its dependencies and theirs. */
const DEPENDENCIES = ['webgpu', 'wesl', 'pbf', '@webgpu/types'];

export interface Consumer {
  /** A folder whose programs can import the package. */
  readonly folder: string;
  /** The package in its node_modules. */
  readonly installed: string;
  /** Runs a program there; what it prints. */
  run(program: string, ...more: string[]): string;
  remove(): void;
}

/**
 * Builds and packs in a copy of the checkout, whose own `dist` other tests use, and installs the
 * result.
 */
export function installPacked(): Consumer {
  const scratch = mkdtempSync(join(tmpdir(), 'lockstep-package-'));
  const checkout = join(scratch, 'checkout');
  for (const path of SOURCES.filter((source) => source !== 'dist')) {
    cpSync(join(ROOT, path), join(checkout, path), { recursive: true });
  }
  symlinkSync(join(ROOT, 'node_modules'), join(checkout, 'node_modules'));
  const npm = ['pack', '--offline', '--loglevel', 'error', '--pack-destination', scratch];
  execFileSync('npm', npm, { cwd: checkout, shell: process.platform === 'win32' });

  const folder = join(scratch, 'consumer');
  const installed = join(folder, 'node_modules', 'lockstep-ppo');
  mkdirSync(installed, { recursive: true });
  const [tarball] = readdirSync(scratch).filter((name) => name.endsWith('.tgz'));
  execFileSync('tar', ['-xzf', join(scratch, tarball!), '-C', installed, '--strip-components=1']);
  for (const name of DEPENDENCIES) {
    const link = join(folder, 'node_modules', name);
    mkdirSync(dirname(link), { recursive: true });
    symlinkSync(join(ROOT, 'node_modules', name), link, 'junction');
  }
  const run = (program: string, ...more: string[]): string =>
    execFileSync(process.execPath, [program, ...more], { cwd: folder, encoding: 'utf8' });
  const remove = (): void => rmSync(scratch, { recursive: true, force: true });
  return { folder, installed, run, remove };
}
