/** Locations in source texts, as errors show them. */

export interface SourceLocation {
  /** The file to name. */
  readonly file: string;
  readonly text: string;
  /** UTF-16 code units from the start of `text`. */
  readonly offset: number;
}

/** Where in a text of its author an error is, and what is wrong there. */
export interface ErrorPlace {
  /** The name of the file. */
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** From 1, in UTF-16 code units; undefined where the whole line is meant. */
  readonly column?: number;
  /** What is wrong: the message without the place. */
  readonly sentence: string;
}

/** The line number of an offset, from 1. */
export function lineOf(text: string, offset: number): number {
  return text.slice(0, offset).split('\n').length;
}

/** The column of an offset, from 1. */
const columnOf = (text: string, offset: number): number =>
  offset - text.lastIndexOf('\n', offset - 1);

/** What is wrong at a location, as errors have it. */
export function placeOf({ file, text, offset }: SourceLocation, sentence: string): ErrorPlace {
  return { file, line: lineOf(text, offset), column: columnOf(text, offset), sentence };
}

/** `file:line:column: message`, the source line, and a caret under the column. */
export function showLocation({ file, text, offset }: SourceLocation, message: string): string {
  const line = lineOf(text, offset);
  const start = text.lastIndexOf('\n', offset - 1) + 1;
  const sourceLine = text.slice(start).split('\n', 1)[0]!.trimEnd();
  // Tabs stay tabs, so that the caret aligns with the source line.
  const indent = text.slice(start, offset).replace(/[^\t]/g, ' ');
  return `${file}:${line}:${columnOf(text, offset)}: ${message}\n  ${sourceLine}\n  ${indent}^`;
}
