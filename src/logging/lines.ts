/** Files of lines, whose last line may be cut. */

const NEWLINE = 0x0a;

/** A line of a file. */
export interface Line {
  /** 1 for the first. */
  readonly number: number;
  /** Without its end. */
  readonly bytes: Uint8Array;
  /** Whether the line has an end; the last one of a file that was cut has none. */
  readonly ended: boolean;
}

/** The bytes up to the last end of a line. */
export function endedLines(bytes: Uint8Array): Uint8Array {
  return bytes.subarray(0, bytes.lastIndexOf(NEWLINE) + 1);
}

/** The lines of a file, but for empty ones. */
export function* linesOf(bytes: Uint8Array): Generator<Line> {
  let number = 0;
  for (let begin = 0; begin < bytes.length; ) {
    const found = bytes.indexOf(NEWLINE, begin);
    const end = found === -1 ? bytes.length : found;
    number += 1;
    if (end > begin) yield { number, bytes: bytes.subarray(begin, end), ended: found !== -1 };
    begin = end + 1;
  }
}

/**
 * The JSON of every line that `read` accepts; a last line without an end that cannot be read was
 * cut, and is left out silently.
 * @param read returns the content, or throws an Error with what is wrong
 */
export function readLines<T>(
  file: string,
  bytes: Uint8Array,
  read: (json: unknown) => T,
): { readonly contents: T[]; readonly problems: string[] } {
  const contents: T[] = [];
  const damaged: { readonly number: number; readonly reason: string }[] = [];
  const decoder = new TextDecoder();
  for (const line of linesOf(bytes)) {
    try {
      contents.push(read(JSON.parse(decoder.decode(line.bytes))));
    } catch (error) {
      if (line.ended) damaged.push({ number: line.number, reason: (error as Error).message });
    }
  }
  const [first] = damaged;
  if (!first) return { contents, problems: [] };
  const others = damaged.length > 1 ? `, and ${damaged.length - 1} more` : '';
  return { contents, problems: [`${file}: line ${first.number}${others}: ${first.reason}`] };
}

/** Whether a value is an object with keys, and not an array. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
