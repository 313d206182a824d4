/** Terms and what they mean, in two columns that fit a terminal. */

/** Characters of a line at most. */
const WIDTH = 100;
/** Where meanings begin. */
const MEANING_COLUMN = 34;
const SHORTEST_GAP = 2;

/**
 * A term and its meaning per row, which goes on below itself; a term too long has a line of its
 * own.
 * @param indentation of the terms
 */
export function formatDefinitions(
  rows: readonly (readonly [string, string])[],
  indentation = 2,
): string {
  const longest = Math.max(...rows.map(([term]) => term.length));
  const column = Math.min(MEANING_COLUMN, indentation + longest + SHORTEST_GAP);
  return rows
    .flatMap(([term, meaning]) => {
      const lines = wrap(meaning, WIDTH - column).map((line) => ' '.repeat(column) + line);
      const start = ' '.repeat(indentation) + term;
      if (start.length + SHORTEST_GAP > column) return [start, ...lines];
      return [start + lines[0]!.slice(start.length), ...lines.slice(1)];
    })
    .join('\n');
}

/** A text in lines that fit. */
export function formatParagraph(text: string): string {
  return wrap(text, WIDTH).join('\n');
}

/** Lines of at most `width` characters, unless a single word is longer; at least one. */
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
  return [...lines, line];
}
