/** Files that appear as a whole or not at all. */
import { randomUUID } from 'node:crypto';
import { chmod, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

/** A name in the same folder that nobody else uses. */
export function temporaryName(path: string): string {
  return join(dirname(path), `.${basename(path)}.${randomUUID()}`);
}

/**
 * Writes under a temporary name and renames, so that nobody ever sees half a file.
 * @param mode permissions; by default what the process's umask leaves of 0666
 */
export async function writeWhole(path: string, bytes: Uint8Array, mode?: number): Promise<void> {
  const temporary = temporaryName(path);
  try {
    await writeFile(temporary, bytes, mode === undefined ? {} : { mode });
    if (mode !== undefined) await chmod(temporary, mode);
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}
