/** Finds where a module needs a constant but uses a param that varies. */

import { findImports } from '../gpu/wesl-imports';
import { closingIndex, type Token } from '../gpu/wesl-tokens';

/** The names under which a module uses each of the varied params, by the name there. */
function localNames(text: string, varied: readonly string[]): Map<string, string> {
  const imports = findImports(text).map(({ path, local }) => {
    return [local, path.map((segment) => segment.text)] as const;
  });
  return new Map(
    imports.flatMap(([local, [module, name]]) =>
      module === 'constants' && varied.includes(name!) ? [[local, name!] as const] : [],
    ),
  );
}

/** The index of the `;` behind a statement's first token. */
function endOfStatement(tokens: readonly Token[], begin: number): number {
  const length = tokens.slice(begin).findIndex(({ text }) => text === ';');
  return length === -1 ? tokens.length : begin + length;
}

const CONSTANT_STATEMENTS: readonly string[] = ['const', 'const_assert'];

/** For each token, whether it is in a function, and whether WGSL wants a constant there. */
function placesOf(tokens: readonly Token[]): { isInFunction: boolean[]; wants: boolean[] } {
  const wants = tokens.map(() => true);
  const mark = (begin: number, end: number, value: boolean): void => {
    for (let index = begin; index < end; index++) wants[index] = value;
  };
  for (const [index, { text }] of tokens.entries()) {
    if (text !== 'fn') continue;
    const open = tokens.findIndex((each, at) => at > index && each.text === '{');
    if (open !== -1) mark(open, closingIndex(tokens, open), false);
  }
  const isInFunction = wants.map((value) => !value);
  for (const [index, { text }] of tokens.entries()) {
    if (!isInFunction[index]) continue;
    const next = tokens[index + 1]?.text;
    if (CONSTANT_STATEMENTS.includes(text)) mark(index, endOfStatement(tokens, index), true);
    if (text === 'array' && next === '<') mark(index, closingIndex(tokens, index + 1), true);
    if (text !== 'case') continue;
    const colon = tokens.findIndex((each, at) => at > index && /^[:{]$/.test(each.text));
    mark(index, colon, true);
  }
  return { isInFunction, wants };
}

/**
 * A sentence for each use of a varied param where WGSL wants a constant.
 * @param tokens of the module without its imports
 */
export function variedFaults(
  text: string,
  tokens: readonly Token[],
  varied: readonly string[],
): { readonly token: Token; readonly sentence: string }[] {
  if (varied.length === 0) return [];
  const locals = localNames(text, varied);
  const { isInFunction, wants } = placesOf(tokens);
  return tokens.flatMap((token, index) => {
    const before = tokens[index - 1]?.text;
    const isPath = before === '::' && tokens[index - 2]?.text === 'constants';
    const name = isPath && varied.includes(token.text) ? token.text : locals.get(token.text);
    // A name before a colon outside of functions is that of a member or parameter.
    const isGiven = tokens[index + 1]?.text === ':' && !isInFunction[index];
    const isUse = isPath || (before !== '::' && before !== '.' && !isGiven);
    if (name === undefined || !isUse || !wants[index]) return [];
    const sentence =
      `\`${token.text}\` varies, since params.${name} is a range, and WGSL wants a constant ` +
      'here; compute with it inside of functions, with let, or give it one number';
    return [{ token, sentence }];
  });
}
