export interface TarEntry {
  readonly name: string;
  readonly body: string;
  /** '0' a regular file (the default), '2' a link, '5' a folder. */
  readonly type?: string;
}

/** A tar archive, for tests of the reader. */
export function tarOf(entries: readonly TarEntry[]): Buffer {
  const blocks: Buffer[] = [];
  for (const { name, body, type = '0' } of entries) {
    const header = Buffer.alloc(512);
    header.write(name, 0);
    header.write(body.length.toString(8).padStart(11, '0'), 124);
    header.write(type, 156);
    const padded = Buffer.alloc(Math.ceil(body.length / 512) * 512);
    padded.write(body);
    blocks.push(header, padded);
  }
  return Buffer.concat([...blocks, Buffer.alloc(1024)]);
}
