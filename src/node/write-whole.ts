/** Files that appear as a whole or not at all. */
import { randomUUID } from 'node:crypto';
import { type FileHandle, open, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

/** A name in the same folder that nobody else uses. */
function temporaryName(path: string): string {
  return join(dirname(path), `.${basename(path)}.${randomUUID()}`);
}

/** Calls `use` with a new file that is open for writing, and closes it. */
async function withNewFile(path: string, use: (file: FileHandle) => Promise<void>): Promise<void> {
  const file = await open(path, 'wx');
  try {
    await use(file);
    // A disk may become full, or a quota be reached, as late as here.
    await file.sync();
  } finally {
    await file.close();
  }
}

/**
 * Writes under a temporary name and renames, so that nobody ever sees half a file and a full disk
 * leaves the old one as it was.
 * @param mode permissions; by default what the process's umask leaves of 0666
 */
export async function writeWhole(path: string, bytes: Uint8Array, mode?: number): Promise<void> {
  const temporary = temporaryName(path);
  try {
    await withNewFile(temporary, async (file) => {
      await file.writeFile(bytes);
      if (mode !== undefined) await file.chmod(mode);
    });
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

/** Tries whether `bytes` bytes could be written there; leaves everything as it was. */
export async function tryToWrite(path: string, bytes: number): Promise<void> {
  const temporary = temporaryName(path);
  try {
    await withNewFile(temporary, (file) => file.writeFile(new Uint8Array(bytes)));
  } finally {
    await rm(temporary, { force: true });
  }
}
