/** A place in a source text, as it is shown in errors. */

export interface Place {
  /** The file to name. */
  readonly file: string;
  readonly text: string;
  /** UTF-16 code units from the start of `text`. */
  readonly offset: number;
}

/** 1, 2, … */
export function lineOf(text: string, offset: number): number {
  return text.slice(0, offset).split('\n').length;
}

/** `file:line:column: message`, the source line, and a caret under the column. */
export function showPlace({ file, text, offset }: Place, message: string): string {
  const line = lineOf(text, offset);
  const start = text.lastIndexOf('\n', offset - 1) + 1;
  const sourceLine = text.slice(start).split('\n', 1)[0]!.trimEnd();
  // Tabs stay tabs, so that the caret stands where they push the source line.
  const indent = text.slice(start, offset).replace(/[^\t]/g, ' ');
  return `${file}:${line}:${offset - start + 1}: ${message}\n  ${sourceLine}\n  ${indent}^`;
}
