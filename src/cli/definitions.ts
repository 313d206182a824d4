/** Terms and their meanings, in two columns that fit a terminal. */

/** Most characters in a line. */
export const WIDTH = 80;
/** The rightmost column where meanings start. */
const MAX_MEANING_COLUMN = 30;
/** Fewest spaces between a term and its meaning. */
const MIN_GAP = 2;

/**
 * One term and its meaning per row, wrapped within the second column. The meaning of a term that is
 * too long starts on the next line.
 * @param indentation of the terms, in spaces
 */
export function formatDefinitions(
  rows: readonly (readonly [string, string])[],
  indentation = 2,
): string {
  const longest = Math.max(...rows.map(([term]) => term.length));
  const column = Math.min(MAX_MEANING_COLUMN, indentation + longest + MIN_GAP);
  return rows
    .flatMap(([term, meaning]) => {
      const lines = wrap(meaning, WIDTH - column).map((line) => ' '.repeat(column) + line);
      const start = ' '.repeat(indentation) + term;
      if (start.length + MIN_GAP > column) return [start, ...lines];
      return [start + lines[0]!.slice(start.length), ...lines.slice(1)];
    })
    .join('\n');
}

/** A text, wrapped. */
export function formatParagraph(text: string): string {
  return wrap(text, WIDTH).join('\n');
}

/** Lines of at most `width` characters unless a single word is longer; at least one line. */
function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else {
      line = line === '' ? word : `${line} ${word}`;
    }
  }
  return [...lines, line].map((each) => each.replaceAll('\u00a0', ' '));
}
