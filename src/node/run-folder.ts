/** The folder that a run leaves behind: configuration, logs, checkpoints, result. */
import { mkdir, readdir, readFile, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { LogEntry, Logger, RunDescription } from '../logging/logger';
import { metricsUpTo } from '../logging/metric-lines';
import { type Checkpoint, decodeCheckpoint } from '../trainer/checkpoint';
import { RecentEpisodes } from '../trainer/metrics';
import { SavedFileError } from '../trainer/saved-file';
import { reasonOf } from './file-error';
import { folderLogger } from './folder-logger';
import { tryToWrite, writeWhole } from './write-whole';

const CHECKPOINTS = 'checkpoints';
/** `iteration-000040.safetensors` */
const NUMBERED = /^iteration-(\d+)\.safetensors$/;
const BEST = 'best.safetensors';
const FAULT = 'before-fault.safetensors';
/** A name of `writeWhole` whose process was killed before it was renamed. */
const TEMPORARY = /^\..+\.[0-9a-f]{8}-[0-9a-f-]{27}$/;

/** A run folder or checkpoint that cannot be written or read; names the path and the reason. */
export class RunFolderError extends Error {
  override readonly name = 'RunFolderError';
}

export interface RunFolderOptions {
  /** Newest checkpoints that are kept besides the best one, at least 1. */
  readonly keep: number;
  /** Is told in one sentence about a log that cannot be written any more. */
  warn(text: string): void;
}

/** `CartPole-v1-2026-11-28T12-30-05-1`, under which a new run is kept. */
export function runFolderName(environment: string, seed: number, now: Date): string {
  const safe = environment.replaceAll(/[^\w.-]+/g, '-').replace(/^\.+/, '');
  const time = now.toISOString().slice(0, 19).replaceAll(':', '-');
  return `${safe || 'environment'}-${time}-${seed}`;
}

/** Calls `action`; what it rejects with becomes a RunFolderError about the path. */
async function about<T>(path: string, what: string, action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (error) {
    throw new RunFolderError(`${path}: cannot be ${what}: ${reasonOf(error)}`);
  }
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
   * @throws RunFolderError if it is not empty or cannot be written.
   */
  static async check(path: string): Promise<void> {
    await about(path, 'made', async () => {
      const found = await stat(path).catch((error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOENT') return undefined;
        throw error;
      });
      if (found) checkEmpty(await readdir(path));
      await tryToWrite(join(await firstExisting(path), 'run'), 1);
    });
  }

  /**
   * Makes the folder of a new run; one that exists must be empty.
   * @throws RunFolderError if it is not empty or cannot be written.
   */
  static async create(
    path: string,
    run: RunDescription,
    options: RunFolderOptions,
  ): Promise<RunFolder> {
    return about(path, 'made', async () => {
      await mkdir(join(path, CHECKPOINTS), { recursive: true });
      const others = (await readdir(path)).filter((name) => name !== CHECKPOINTS);
      checkEmpty([...others, ...(await readdir(join(path, CHECKPOINTS)))]);
      await writeJson(join(path, 'config.json'), run);
      return new RunFolder(path, options);
    });
  }

  /**
   * Opens the folder of a run that goes on after an iteration: metrics of later ones, which will be
   * reported again, and half-written files are removed.
   * @throws RunFolderError if it cannot be read or written.
   */
  static async reopen(
    path: string,
    iteration: number,
    options: RunFolderOptions,
  ): Promise<RunFolder> {
    return about(path, 'written', async () => {
      await mkdir(join(path, CHECKPOINTS), { recursive: true });
      for (const folder of [path, join(path, CHECKPOINTS)]) await removeTemporary(folder);
      await cutMetrics(join(path, 'metrics.jsonl'), iteration);
      return new RunFolder(path, options, await bestReturnOf(path));
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
  throw new Error('it is not empty; continue its run with --resume, or name another folder');
}

/** The path, or the nearest folder above it that exists. */
async function firstExisting(path: string): Promise<string> {
  try {
    await stat(path);
    return path;
  } catch (error) {
    const above = dirname(path);
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || above === path) throw error;
    return firstExisting(above);
  }
}

/** A checkpoint that was read. */
export interface FoundCheckpoint {
  /** Path of the file. */
  readonly path: string;
  /** Path of the run folder, where the caller named it rather than a file. */
  readonly folder: string | undefined;
  readonly checkpoint: Checkpoint;
  /** Newer files that could not be read, one sentence each. */
  readonly problems: readonly string[];
}

/**
 * Reads a checkpoint, or the newest complete one of a run folder.
 * @throws RunFolderError if there is none, or the file cannot be read or is damaged.
 */
export async function readCheckpoint(path: string): Promise<FoundCheckpoint> {
  const found = await about(path, 'read', () => stat(path));
  if (!found.isDirectory()) {
    return { path, folder: undefined, checkpoint: await readFileOf(path), problems: [] };
  }
  const folder = join(path, CHECKPOINTS);
  const names = await numberedFiles(folder).catch(() => []);
  const problems: string[] = [];
  for (const name of names) {
    const file = join(folder, name);
    try {
      return { path: file, folder: path, checkpoint: await readFileOf(file), problems };
    } catch (error) {
      problems.push((error as Error).message);
    }
  }
  const none = problems.length === 0 ? 'it has no checkpoints' : problems.join('; ');
  throw new RunFolderError(`${path}: cannot be resumed: ${none}`);
}

async function readFileOf(path: string): Promise<Checkpoint> {
  const bytes = await about(path, 'read', () => readFile(path));
  try {
    return decodeCheckpoint(bytes);
  } catch (error) {
    if (!(error instanceof SavedFileError)) throw error;
    throw new RunFolderError(`${path}: ${error.message}`);
  }
}

/**
 * The file of the policy that a path names: the path itself, or for a run folder its best
 * checkpoint, or else its newest.
 * @throws RunFolderError for a folder without checkpoints.
 */
export async function policyFileOf(path: string): Promise<string> {
  const found = await about(path, 'read', () => stat(path));
  if (!found.isDirectory()) return path;
  const folder = join(path, CHECKPOINTS);
  const names = await readdir(folder).catch((): string[] => []);
  const [newest] = names.filter((name) => NUMBERED.test(name)).sort(byNumber);
  const name = names.includes(BEST) ? BEST : newest;
  if (name === undefined) throw new RunFolderError(`${path}: it has no checkpoints`);
  return join(folder, name);
}

/** The mean return of the best checkpoint of a run folder; -Infinity where there is none. */
async function bestReturnOf(path: string): Promise<number> {
  try {
    const { snapshot } = await readFileOf(join(path, CHECKPOINTS, BEST));
    const means = snapshot.counters.recentEpisodes.map((batches) =>
      new RecentEpisodes(batches).mean('meanReturn'),
    );
    return means.reduce((sum, mean) => sum + mean, 0) / means.length;
  } catch (error) {
    if (error instanceof RunFolderError) return -Infinity;
    throw error;
  }
}

/** The numbered checkpoints in a folder, newest first. */
async function numberedFiles(folder: string): Promise<string[]> {
  return (await readdir(folder)).filter((name) => NUMBERED.test(name)).sort(byNumber);
}

function byNumber(a: string, b: string): number {
  const numberOf = (name: string): number => Number(NUMBERED.exec(name)![1]);
  return numberOf(b) - numberOf(a);
}

async function removeTemporary(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    if (TEMPORARY.test(name)) await rm(join(folder, name), { force: true });
  }
}

/** Removes the lines after an iteration, and half a line at the end. */
async function cutMetrics(path: string, iteration: number): Promise<void> {
  const bytes = await readFile(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (bytes) await writeWhole(path, metricsUpTo(bytes, iteration));
}

async function writeJson(path: string, value: object): Promise<void> {
  await writeWhole(path, new TextEncoder().encode(`${JSON.stringify(value, null, 2)}\n`));
}
