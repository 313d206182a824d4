/** Reads run folders from the disk. */
import { readdir, readFile, stat } from 'node:fs/promises';
import { type LoggedRun, readLoggedRun } from '../logging/logged-run';
import type { RunFiles } from '../logging/run-files';
import { reasonOf } from './file-error';

/** The folders and files of the system; errors have the system's reason alone. */
export const runFiles: RunFiles = {
  folders: async (path) => {
    try {
      const entries = await readdir(path, { withFileTypes: true });
      return entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
    } catch (error) {
      throw new Error(reasonOf(error), { cause: error });
    }
  },
  read: async (path) => {
    try {
      const found = await stat(path);
      // A pipe would never end.
      if (!found.isFile()) throw new Error('it is not a regular file');
      return { bytes: await readFile(path), modified: found.mtimeMs };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw new Error(`cannot be read: ${reasonOf(error)}`, { cause: error });
    }
  },
};

/**
 * Reads a run folder that `lockstep train` or `folderLogger` has written: description, metrics,
 * results and state. Never rejects: what is missing or damaged is named in `problems`.
 */
export function readRun(folder: string): Promise<LoggedRun> {
  return readLoggedRun(runFiles, folder, Date.now());
}
