/** The folder that a run leaves behind: configuration, logs, checkpoints, result. */
import { mkdir, readdir, readFile, rename, rm, rmdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { endedLines } from '../logging/lines';
import type { LogEntry, Logger, RunDescription } from '../logging/logger';
import { metricsUpTo } from '../logging/metric-lines';
import { RecentEpisodes } from '../trainer/metrics';
import {
  about,
  BEST,
  CHECKPOINTS,
  FAULT,
  iterationOf,
  numberedFiles,
  RunFolderError,
  readCheckpointFile,
} from './checkpoint-files';
import { isMissing } from './file-error';
import { folderLogger } from './folder-logger';
import { isTemporary, tryToWrite, writeWhole } from './write-whole';

export interface RunFolderOptions {
  /** Newest checkpoints that are kept besides the best one, at least 1. */
  readonly keep: number;
  /** Called with one sentence when a log cannot be written, or the best checkpoint not be read. */
  warn(text: string): void;
}

/**
 * What to do where the folder of a new run exists and is not empty: refuse it, or take the first of
 * the names NAME-2, NAME-3, ... that does not exist.
 */
export type IfTaken = 'refuse' | 'number';

/** `CartPole-v1-2026-11-28T12-30-05-1`, under which a new run is kept. */
export function runFolderName(environment: string, seed: number, now: Date): string {
  const safe = environment.replaceAll(/[^\w.-]+/g, '-').replace(/^\.+/, '');
  const time = now.toISOString().slice(0, 19).replaceAll(':', '-');
  return `${safe || 'environment'}-${time}-${seed}`;
}

export class RunFolder {
  private readonly logger: Logger;

  private constructor(
    readonly path: string,
    private readonly options: RunFolderOptions,
    /** The highest mean return of a checkpoint so far; -Infinity for none. */
    readonly bestReturn = -Infinity,
  ) {
    this.logger = folderLogger(path, { warn: options.warn });
  }

  /**
   * Checks that the folder of a new run can be made; changes nothing.
   * @throws RunFolderError if it cannot be written, or is not empty and must not be numbered.
   */
  static async check(path: string, ifTaken: IfTaken = 'refuse'): Promise<void> {
    await about(path, 'made', async () => {
      const found = ifTaken === 'refuse' && (await exists(path));
      if (found) checkEmpty(await readdir(path));
      const parent = ifTaken === 'refuse' ? path : dirname(path);
      await tryToWrite(join(await firstExisting(parent), 'run'), 1);
    });
  }

  /**
   * Makes the folder of a new run, which no other process can have made at the same time.
   * @throws RunFolderError if it cannot be written, or is not empty and must not be numbered.
   */
  static async create(
    path: string,
    run: RunDescription,
    options: RunFolderOptions,
    ifTaken: IfTaken = 'refuse',
  ): Promise<RunFolder> {
    return about(path, 'made', async () => {
      await mkdir(dirname(path), { recursive: true });
      const folder = ifTaken === 'refuse' ? path : await makeNumbered(path);
      await claim(folder);
      try {
        await writeJson(join(folder, 'config.json'), run);
      } catch (error) {
        await rmdir(join(folder, CHECKPOINTS)).catch(() => {});
        throw error;
      }
      return new RunFolder(folder, options);
    });
  }

  /**
   * Opens the folder of a run that goes on after an iteration: metrics of later ones, which will be
   * reported again, and half-written files are removed. Checkpoints of later ones, which could not
   * be read, are kept under names that end in ".damaged", so that they do not count as the newest.
   * @throws RunFolderError if it cannot be read or written.
   */
  static async reopen(
    path: string,
    iteration: number,
    options: RunFolderOptions,
  ): Promise<RunFolder> {
    return about(path, 'written', async () => {
      const checkpoints = join(path, CHECKPOINTS);
      await mkdir(checkpoints, { recursive: true });
      for (const folder of [path, checkpoints]) await removeTemporary(folder);
      await setAside(checkpoints, iteration);
      await replaceLines(join(path, 'metrics.jsonl'), (bytes) => metricsUpTo(bytes, iteration));
      await replaceLines(join(path, 'notes.jsonl'), endedLines);
      return new RunFolder(path, options, await bestReturnOf(path, options));
    });
  }

  log(entry: LogEntry): void {
    this.logger.log(entry);
  }

  /**
   * Writes a checkpoint, then removes those beyond the number that is kept. What was logged before
   * is written first: a run that resumes there repeats none of it.
   */
  async writeCheckpoint(iteration: number, bytes: Uint8Array): Promise<string> {
    await this.logger.flush();
    const name = `iteration-${String(iteration).padStart(6, '0')}.safetensors`;
    const path = await this.write(name, bytes);
    const folder = join(this.path, CHECKPOINTS);
    const numbered = await numberedFiles(folder);
    for (const old of numbered.slice(this.options.keep))
      await rm(join(folder, old), { force: true });
    return path;
  }

  /** Writes the checkpoint with the highest return so far. */
  writeBest(bytes: Uint8Array): Promise<string> {
    return this.write(BEST, bytes);
  }

  /** Writes the state before an iteration in which a number was not finite. */
  writeFault(bytes: Uint8Array): Promise<string> {
    return this.write(FAULT, bytes);
  }

  /** Writes the result of the run. */
  async writeSummary(summary: object): Promise<void> {
    const path = join(this.path, 'summary.json');
    await about(path, 'written', () => writeJson(path, summary));
  }

  /** Writes what was logged. */
  close(): Promise<void> {
    return this.logger.close();
  }

  private async write(name: string, bytes: Uint8Array): Promise<string> {
    const path = join(this.path, CHECKPOINTS, name);
    await about(path, 'written', () => writeWhole(path, bytes));
    return path;
  }
}

function checkEmpty(names: readonly string[]): void {
  if (names.length === 0) return;
  throw new Error('it is not empty; continue its run with --resume');
}

async function exists(path: string): Promise<boolean> {
  try {
    await stat(path);
    return true;
  } catch (error) {
    if (isMissing(error)) return false;
    throw error;
  }
}

/** The path, or the nearest folder above it that exists. */
async function firstExisting(path: string): Promise<string> {
  const above = dirname(path);
  if (above === path || (await exists(path))) return path;
  return firstExisting(above);
}

/** Calls `make`; false if what it makes exists already. */
async function made(make: Promise<unknown>): Promise<boolean> {
  try {
    await make;
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/** Makes the folder, or the first of NAME-2, NAME-3, ... that does not exist. */
async function makeNumbered(path: string): Promise<string> {
  for (let number = 1; ; number += 1) {
    const name = number === 1 ? path : `${path}-${number}`;
    if (await made(mkdir(name))) return name;
  }
}

/** Takes an empty folder, which only one of several processes can: the one that fills it. */
async function claim(folder: string): Promise<void> {
  await made(mkdir(folder));
  checkEmpty(await readdir(folder));
  if (!(await made(mkdir(join(folder, CHECKPOINTS))))) checkEmpty([CHECKPOINTS]);
}

/**
 * The mean return of the best checkpoint of a run folder; -Infinity where there is none, or none
 * that can be read.
 */
async function bestReturnOf(path: string, { warn }: RunFolderOptions): Promise<number> {
  const best = join(path, CHECKPOINTS, BEST);
  if (!(await exists(best))) return -Infinity;
  try {
    const { snapshot } = await readCheckpointFile(best);
    const means = snapshot.counters.recentEpisodes.map((batches) =>
      new RecentEpisodes(batches).mean('meanReturn'),
    );
    return means.reduce((sum, mean) => sum + mean, 0) / means.length;
  } catch (error) {
    if (!(error instanceof RunFolderError)) throw error;
    warn(`${error.message}; the next checkpoint counts as the best`);
    return -Infinity;
  }
}

async function removeTemporary(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    if (isTemporary(name)) await rm(join(folder, name), { force: true });
  }
}

/** Renames the checkpoints of later iterations. */
async function setAside(folder: string, iteration: number): Promise<void> {
  for (const name of await numberedFiles(folder)) {
    if (iterationOf(name) <= iteration) continue;
    await rename(join(folder, name), join(folder, `${name}.damaged`));
  }
}

/** Replaces the lines of a file, if there is one, by some of them. */
async function replaceLines(path: string, keep: (bytes: Uint8Array) => Uint8Array): Promise<void> {
  const bytes = await readFile(path).catch((error: unknown) => {
    if (isMissing(error)) return undefined;
    throw error;
  });
  if (bytes) await writeWhole(path, keep(bytes));
}

async function writeJson(path: string, value: object): Promise<void> {
  await writeWhole(path, new TextEncoder().encode(`${JSON.stringify(value, null, 2)}\n`));
}
