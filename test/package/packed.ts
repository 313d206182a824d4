/**
 * The package as a registry or a git address delivers it, beside its dependencies, in a folder of
 * its own.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { dependencies, files } from '../../package.json';

export const ROOT = fileURLToPath(new URL('../..', import.meta.url));
/** What is packed, and what builds it; `dist` must come from the build. */
const SOURCES = [
  'package.json',
  'tsconfig.json',
  'tsconfig.build.json',
  'scripts',
  'src',
  'page',
  ...files,
];
const PLACE = join('node_modules', 'lockstep-ppo');
/** What `npm install` puts beside the package: its dependencies and theirs. */
const DEPENDENCIES = Object.keys(dependencies);
/** What the docs let a user of Node install too: Dawn, its types, and the driver SwiftShader. */
const WITH_NODE = [...DEPENDENCIES, 'webgpu', '@webgpu/types', '@sparticuz/chromium'];

export interface Ended {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Consumer {
  /** A folder whose programs can import the package. */
  readonly folder: string;
  /** The package in its node_modules. */
  readonly installed: string;
  /** Runs a program there; what it prints. */
  run(program: string, ...more: string[]): string;
  /** A second folder, in which the package is installed alone: how a program ends there. */
  runAlone(program: string, ...more: string[]): Ended;
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

  const [tarball] = readdirSync(scratch).filter((name) => name.endsWith('.tgz'));
  const folder = install(join(scratch, tarball!), join(scratch, 'consumer'), WITH_NODE);
  const alone = install(join(scratch, tarball!), join(scratch, 'alone'), DEPENDENCIES);
  return {
    folder,
    installed: join(folder, PLACE),
    run: (program, ...more) =>
      execFileSync(process.execPath, [program, ...more], { cwd: folder, encoding: 'utf8' }),
    runAlone: (program, ...more) =>
      spawnSync(process.execPath, [program, ...more], { cwd: alone, encoding: 'utf8' }),
    remove: () => rmSync(scratch, { recursive: true, force: true }),
  };
}

/** Unpacks the package and its dependencies into a new folder, which is returned. */
function install(tarball: string, folder: string, dependencies: readonly string[]): string {
  const installed = join(folder, PLACE);
  mkdirSync(installed, { recursive: true });
  execFileSync('tar', ['-xzf', tarball, '-C', installed, '--strip-components=1']);
  for (const name of dependencies) {
    const link = join(folder, 'node_modules', name);
    mkdirSync(dirname(link), { recursive: true });
    symlinkSync(join(ROOT, 'node_modules', name), link, 'junction');
  }
  return folder;
}
