/** A tokenizer for WESL, for checks that need no parser. */

export interface Token {
  readonly text: string;
  /** UTF-16 code units from the start of the module. */
  readonly offset: number;
  /** True for keywords, reserved words and identifiers. */
  readonly isWord: boolean;
}

// Every non-ASCII character counts as a letter: outside of comments WGSL has no other use for them.
const WORD = '(?:[A-Za-z_]|[^\\x00-\\x7F])(?:\\w|[^\\x00-\\x7F])*';
const NUMBER =
  '0[xX][\\da-fA-F.]+(?:[pP][+-]?\\d+)?[iufh]?|(?:\\d+\\.?\\d*|\\.\\d+)(?:[eE][+-]?\\d+)?[iufh]?';
const TOKEN = new RegExp(`(${WORD})|${NUMBER}|::|->|\\S`, 'g');

/** Whether a text has the form of a WGSL identifier, keywords and reserved words included. */
export function isWord(text: string): boolean {
  return /^[A-Za-z_]\w*$/.test(text) || /^[\p{XID_Start}_]\p{XID_Continue}*$/u.test(text);
}

/** The offset just after the comment that begins at `start`; block comments nest. */
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

/** The text with its comments blanked out; all other offsets stay the same. */
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
 * The index of the bracket that closes the one at `open`, or the number of tokens if there is none.
 * Only brackets of the same kind count, so a `<` at `open` must be the start of a template list.
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
