/** Reads tar archives and unpacks them into a cache folder that only this user can write. */
import { lstat, mkdir, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { writeWhole } from './write-whole';

const BLOCK_BYTES = 512;

/** The number in a tar header field, in octal digits. */
function headerNumber(header: Buffer, start: number, end: number): number {
  return Number.parseInt(header.toString('latin1', start, end), 8) || 0;
}

function headerText(header: Buffer, start: number, end: number): string {
  return header.toString('utf8', start, end).replace(/\0.*$/s, '');
}

/** The regular files of a tar archive, by their base name. */
export function readTar(archive: Buffer): Map<string, Buffer> {
  const files = new Map<string, Buffer>();
  let offset = 0;
  while (offset + BLOCK_BYTES <= archive.length && archive[offset] !== 0) {
    const header = archive.subarray(offset, offset + BLOCK_BYTES);
    const size = headerNumber(header, 124, 136);
    const type = headerText(header, 156, 157);
    const start = offset + BLOCK_BYTES;
    if (start + size > archive.length) {
      throw new Error(`a tar archive ends within ${headerText(header, 0, 100)}`);
    }
    if (type === '0' || type === '') {
      files.set(basename(headerText(header, 0, 100)), archive.subarray(start, start + size));
    }
    offset = start + Math.ceil(size / BLOCK_BYTES) * BLOCK_BYTES;
  }
  return files;
}

/**
 * A folder in the system's temporary folder for files that will be executed. Its name is
 * predictable, so one that another user owns or can write is not used.
 */
export async function privateCacheFolder(name: string, parent = tmpdir()): Promise<string> {
  const user = process.getuid?.();
  const folder = join(parent, `${name}-${user ?? 'user'}`);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const found = await lstat(folder);
  const owned = user === undefined || found.uid === user;
  const writableByOthers = (found.mode & 0o022) !== 0;
  if (found.isDirectory() && owned && !writableByOthers) return folder;
  return mkdtemp(`${folder}-`);
}

async function isComplete(path: string): Promise<boolean> {
  const found = await lstat(path).catch(() => undefined);
  return found?.isFile() === true && found.size > 0;
}

/**
 * Ensures that the files `names` are in `folder`; calls `unpack` only if one is missing. Several
 * processes can do this at the same time.
 */
export async function ensureUnpacked(
  folder: string,
  names: readonly string[],
  unpack: () => Promise<ReadonlyMap<string, Buffer>>,
): Promise<void> {
  const missing: string[] = [];
  for (const name of names) {
    if (!(await isComplete(join(folder, name)))) missing.push(name);
  }
  if (missing.length === 0) return;
  const files = await unpack();
  for (const name of missing) {
    const bytes = files.get(name);
    if (!bytes) throw new Error(`the archive for ${folder} does not contain ${name}`);
    await writeWhole(join(folder, name), bytes, 0o755);
  }
}
