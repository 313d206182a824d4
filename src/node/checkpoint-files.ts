/** The files of checkpoints in the folder of a run. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Checkpoint, decodeCheckpoint } from '../trainer/checkpoint';
import { SavedFileError } from '../trainer/saved-file';
import { isMissing, reasonOf } from './file-error';

/** The folder within that of a run. */
export const CHECKPOINTS = 'checkpoints';
/** `iteration-000040.safetensors` */
const NUMBERED = /^iteration-(\d+)\.safetensors$/;
/** The one with the highest return. */
export const BEST = 'best.safetensors';
/** The state before an iteration in which a number was not finite. */
export const FAULT = 'before-fault.safetensors';

/** A run folder or checkpoint that cannot be written or read; names the path and the reason. */
export class RunFolderError extends Error {
  override readonly name = 'RunFolderError';
}

/** Calls `action`; what it rejects with becomes a RunFolderError about the path. */
export async function about<T>(path: string, what: string, action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (error) {
    throw new RunFolderError(`${path}: cannot be ${what}: ${reasonOf(error)}`, { cause: error });
  }
}

/** The iteration in the name of a numbered checkpoint. */
export function iterationOf(name: string): number {
  return Number(NUMBERED.exec(name)![1]);
}

/** The numbered checkpoints among some names, newest first. */
export function numbered(names: readonly string[]): string[] {
  return names
    .filter((name) => NUMBERED.test(name))
    .sort((a, b) => iterationOf(b) - iterationOf(a));
}

/** The numbered checkpoints in a folder, newest first. */
export async function numberedFiles(folder: string): Promise<string[]> {
  return numbered(await readdir(folder));
}

/** The names of the checkpoints of a run; none where it has no folder of them. */
export async function checkpointNames(run: string): Promise<string[]> {
  const folder = join(run, CHECKPOINTS);
  return about(run, 'read', () =>
    readdir(folder).catch((error: unknown) => {
      if (isMissing(error)) return [];
      throw error;
    }),
  );
}

/** @throws RunFolderError if the file cannot be read or is damaged. */
export async function readCheckpointFile(path: string): Promise<Checkpoint> {
  const bytes = await about(path, 'read', () => readFile(path));
  try {
    return decodeCheckpoint(bytes);
  } catch (error) {
    if (!(error instanceof SavedFileError)) throw error;
    throw new RunFolderError(`${path}: ${error.message}`, { cause: error });
  }
}
