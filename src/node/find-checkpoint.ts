/** Finds the checkpoint that the user means in the folder of a run. */
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Checkpoint } from '../trainer/checkpoint';
import {
  about,
  BEST,
  CHECKPOINTS,
  checkpointNames,
  FAULT,
  numbered,
  RunFolderError,
  readCheckpointFile,
} from './checkpoint-files';

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

/** What a checkpoint is read for. */
export type CheckpointUse = 'resumed' | 'replayed';

/**
 * Reads a checkpoint, or the newest complete one of a run folder; to be replayed, the one before a
 * fault where there is one.
 * @throws RunFolderError if there is none, or the file cannot be read or is damaged.
 */
export async function readCheckpoint(
  path: string,
  use: CheckpointUse = 'resumed',
): Promise<FoundCheckpoint> {
  const found = await about(path, 'read', () => stat(path));
  if (!found.isDirectory()) {
    return { path, folder: undefined, checkpoint: await readCheckpointFile(path), problems: [] };
  }
  const names = await checkpointNames(path);
  const first = use === 'replayed' ? names.filter((name) => name === FAULT) : [];
  const problems: string[] = [];
  for (const name of [...first, ...numbered(names)]) {
    const file = join(path, CHECKPOINTS, name);
    try {
      return { path: file, folder: path, checkpoint: await readCheckpointFile(file), problems };
    } catch (error) {
      problems.push((error as Error).message);
    }
  }
  const none = problems.length === 0 ? 'it has no checkpoints' : problems.join('; ');
  throw new RunFolderError(`${path}: cannot be ${use}: ${none}`);
}

/**
 * The file of the policy that a path names: the path itself, or for a run folder its best
 * checkpoint, or else its newest.
 * @throws RunFolderError for a folder without checkpoints.
 */
export async function policyFileOf(path: string): Promise<string> {
  const found = await about(path, 'read', () => stat(path));
  if (!found.isDirectory()) return path;
  const names = await checkpointNames(path);
  const name = names.includes(BEST) ? BEST : numbered(names)[0];
  if (name === undefined) throw new RunFolderError(`${path}: it has no checkpoints`);
  return join(path, CHECKPOINTS, name);
}
