/** Reads zip archives. */
import { unzipSync } from 'fflate';

/** Bytes that are no zip archive, or a damaged one; continues after a file's name. */
export class ZipError extends Error {
  override readonly name = 'ZipError';
}

/** Most bytes that one byte of DEFLATE can stand for. */
const MOST_EXPANSION = 1032;

/** Whether bytes begin as zip archives do. */
export function isZip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x50 && bytes[1] === 0x4b && bytes[2] === 3 && bytes[3] === 4;
}

/**
 * The files of an archive by their paths.
 * @param wanted which files are unpacked; default all
 * @throws ZipError
 */
export function unzip(
  bytes: Uint8Array,
  wanted: (path: string) => boolean = () => true,
): ReadonlyMap<string, Uint8Array> {
  try {
    const filter = ({ name, size, originalSize }: ZipEntry): boolean => {
      if (size > bytes.length || originalSize > size * MOST_EXPANSION + MOST_EXPANSION) {
        throw new ZipError(`has a file ${name} of an impossible size`);
      }
      return wanted(name);
    };
    return new Map(Object.entries(unzipSync(bytes, { filter })));
  } catch (error) {
    if (error instanceof ZipError) throw error;
    throw new ZipError(`is no complete zip archive: ${(error as Error).message}`);
  }
}

interface ZipEntry {
  readonly name: string;
  readonly size: number;
  readonly originalSize: number;
}
