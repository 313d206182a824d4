/** The tokens of a WESL module, for checks that need no parser. */

export interface Token {
  readonly text: string;
  /** UTF-16 code units from the start of the module. */
  readonly offset: number;
  /** Whether it is a keyword, a reserved word or an identifier. */
  readonly isWord: boolean;
}

// Every character beyond ASCII counts as a letter: WGSL has no other use for them outside of comments.
const WORD = '(?:[A-Za-z_]|[^\\x00-\\x7F])(?:\\w|[^\\x00-\\x7F])*';
const NUMBER =
  '0[xX][\\da-fA-F.]+(?:[pP][+-]?\\d+)?[iufh]?|(?:\\d+\\.?\\d*|\\.\\d+)(?:[eE][+-]?\\d+)?[iufh]?';
const TOKEN = new RegExp(`(${WORD})|${NUMBER}|::|->|\\S`, 'g');

/** Whether WGSL could read a text as an identifier, keywords and reserved words included. */
export function isWord(text: string): boolean {
  return /^[A-Za-z_]\w*$/.test(text) || /^[\p{XID_Start}_]\p{XID_Continue}*$/u.test(text);
}

/** The place just behind the comment that begins at `start`; block comments nest. */
function endOfComment(text: string, start: number): number {
  if (text.startsWith('//', start)) {
    const end = text.indexOf('\n', start);
    return end === -1 ? text.length : end;
  }
  const marks = /\/\*|\*\//g;
  marks.lastIndex = start;
  let depth = 0;
  for (let mark = marks.exec(text); mark; mark = marks.exec(text)) {
    depth += mark[0] === '/*' ? 1 : -1;
    if (depth === 0) return marks.lastIndex;
  }
  return text.length;
}

/** The text with its comments blanked out, so that every other place stays where it is. */
export function withoutComments(text: string): string {
  const begin = /\/\/|\/\*/g;
  let result = '';
  let end = 0;
  for (let match = begin.exec(text); match; match = begin.exec(text)) {
    result += text.slice(end, match.index);
    end = endOfComment(text, match.index);
    result += text.slice(match.index, end).replace(/[^\n]/g, ' ');
    begin.lastIndex = end;
  }
  return result + text.slice(end);
}

export function tokensOf(text: string): Token[] {
  return [...withoutComments(text).matchAll(TOKEN)].map((match) => ({
    text: match[0],
    offset: match.index,
    isWord: match[1] !== undefined,
  }));
}

const CLOSING: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}', '<': '>' };

/**
 * The index of the bracket that closes the one at `open`, or the number of tokens where none does. Only
 * brackets of the same kind count, so `<` must be known to open a template list.
 */
export function closingIndex(tokens: readonly Token[], open: number): number {
  const opening = tokens[open]!.text;
  const closing = CLOSING[opening];
  let depth = 0;
  for (let index = open; index < tokens.length; index++) {
    if (tokens[index]!.text === opening) depth += 1;
    if (tokens[index]!.text === closing) depth -= 1;
    if (depth === 0) return index;
  }
  return tokens.length;
}
