/** Reads zip archives. The checksums are compared here, since fflate does not. */
import { strFromU8, unzipSync } from 'fflate';
import { crc32 } from './crc32';

/** Bytes that are no zip archive, or a damaged one; continues after a file's name. */
export class ZipError extends Error {
  override readonly name = 'ZipError';
}

/** Most bytes that one byte of DEFLATE can stand for. */
const MOST_EXPANSION = 1032;

/** First bytes of the records that are read here, and their sizes without names. */
const ENTRY = { signature: 0x02014b50, bytes: 46 };
const END = { signature: 0x06054b50, bytes: 22 };
const END_64_LOCATOR = { signature: 0x07064b50, bytes: 20 };
/** Flag of an entry whose name is UTF-8; others are read as Latin-1, as fflate does. */
const UTF8 = 1 << 11;
/** Stands for an offset that is in the record of 64 bits. */
const ELSEWHERE = 0xffffffff;

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
    let packed = 0;
    const filter = ({ name, size, originalSize }: ZipEntry): boolean => {
      // In sum, since files that share their bytes could unpack to any size.
      packed += size;
      if (packed > bytes.length || originalSize > size * MOST_EXPANSION + MOST_EXPANSION) {
        throw new ZipError(`has a file ${name} of an impossible size`);
      }
      return wanted(name);
    };
    const files = new Map(Object.entries(unzipSync(bytes, { filter })));
    const checksums = readChecksums(bytes);
    for (const [name, content] of files) {
      if (crc32(content) === checksums.get(name)) continue;
      throw new ZipError(`is damaged: the checksum of ${name} is not that of its bytes`);
    }
    return files;
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

/** The checksums in the directory at the end of an archive, by path. */
function readChecksums(bytes: Uint8Array): ReadonlyMap<string, number> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const checksums = new Map<string, number>();
  let at = directoryOffset(view);
  while (at + ENTRY.bytes <= bytes.length && view.getUint32(at, true) === ENTRY.signature) {
    const [name, extra, comment] = [28, 30, 32].map((field) => view.getUint16(at + field, true));
    const begin = at + ENTRY.bytes;
    const isUtf8 = (view.getUint16(at + 8, true) & UTF8) !== 0;
    const path = strFromU8(bytes.subarray(begin, begin + name!), !isUtf8);
    checksums.set(path, view.getUint32(at + 16, true));
    at = begin + name! + extra! + comment!;
  }
  return checksums;
}

/** Where the directory begins; archives of torch.save have it in the record of 64 bits. */
function directoryOffset(view: DataView): number {
  let end = view.byteLength - END.bytes;
  while (end > 0 && view.getUint32(end, true) !== END.signature) end -= 1;
  const offset = view.getUint32(end + 16, true);
  const locator = end - END_64_LOCATOR.bytes;
  if (offset !== ELSEWHERE || view.getUint32(locator, true) !== END_64_LOCATOR.signature) {
    return offset;
  }
  const end64 = Number(view.getBigUint64(locator + 8, true));
  return Number(view.getBigUint64(end64 + 48, true));
}
