/** Writes files atomically. */
import { randomUUID } from 'node:crypto';
import { type FileHandle, open, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

/** A unique name in the same folder. */
function temporaryName(path: string): string {
  return join(dirname(path), `.${basename(path)}.${randomUUID()}`);
}

/** Whether a file has a name of `writeWhole`, whose process was killed before it was renamed. */
export function isTemporary(name: string): boolean {
  return /^\..+\.[0-9a-f]{8}-[0-9a-f-]{27}$/.test(name);
}

/** Calls `use` with a new file that is open for writing, then closes it. */
async function withNewFile(path: string, use: (file: FileHandle) => Promise<void>): Promise<void> {
  const file = await open(path, 'wx');
  try {
    await use(file);
    // A full disk or an exhausted quota may be reported only here.
    await file.sync();
  } finally {
    await file.close();
  }
}

/**
 * Writes under a temporary name and renames, so that readers never see a partial file and a full
 * disk leaves the old one unchanged.
 * @param mode permissions; by default 0666 without the process's umask
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

/** Checks that `bytes` bytes can be written to the path; changes nothing. */
export async function tryToWrite(path: string, bytes: number): Promise<void> {
  const temporary = temporaryName(path);
  try {
    await withNewFile(temporary, (file) => file.writeFile(new Uint8Array(bytes)));
  } finally {
    await rm(temporary, { force: true });
  }
}
