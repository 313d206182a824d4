/** Locations in source texts, as errors show them. */

export interface SourceLocation {
  /** The file to name. */
  readonly file: string;
  readonly text: string;
  /** UTF-16 code units from the start of `text`. */
  readonly offset: number;
}

/** The line number of an offset, from 1. */
export function lineOf(text: string, offset: number): number {
  return text.slice(0, offset).split('\n').length;
}

/** `file:line:column: message`, the source line, and a caret under the column. */
export function showLocation({ file, text, offset }: SourceLocation, message: string): string {
  const line = lineOf(text, offset);
  const start = text.lastIndexOf('\n', offset - 1) + 1;
  const sourceLine = text.slice(start).split('\n', 1)[0]!.trimEnd();
  // Tabs stay tabs, so that the caret aligns with the source line.
  const indent = text.slice(start, offset).replace(/[^\t]/g, ' ');
  return `${file}:${line}:${offset - start + 1}: ${message}\n  ${sourceLine}\n  ${indent}^`;
}
