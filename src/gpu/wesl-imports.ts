/** The import statements and top-level names of a WESL module. */
import { closingIndex, type Token, tokensOf } from './wesl-tokens';

export interface Import {
  /** The segments of the path, e.g. `package`, `lib`, `rng`, `random`. */
  readonly path: readonly Token[];
  /** The name that the module uses for it. */
  readonly local: string;
}

/** Splits at commas outside of braces. */
function splitItems(tokens: readonly Token[]): Token[][] {
  const items: Token[][] = [[]];
  let depth = 0;
  for (const token of tokens) {
    if (token.text === '{') depth += 1;
    if (token.text === '}') depth -= 1;
    if (token.text === ',' && depth === 0) items.push([]);
    else items.at(-1)!.push(token);
  }
  return items.filter((item) => item.length > 0);
}

/** The imports of `a::{b, c::d as e}` below the path `before`. */
function importsOf(tokens: readonly Token[], before: readonly Token[]): Import[] {
  const path = [...before];
  for (const [index, token] of tokens.entries()) {
    if (token.text === '{') {
      const list = tokens.slice(index + 1, closingIndex(tokens, index));
      return splitItems(list).flatMap((item) => importsOf(item, path));
    }
    if (token.text === 'as') return [{ path, local: tokens[index + 1]?.text ?? '' }];
    if (token.isWord) path.push(token);
  }
  const last = path.at(-1);
  return last ? [{ path, local: last.text }] : [];
}

/** All imports of a module, in textual order. */
export function findImports(text: string): Import[] {
  const tokens = tokensOf(text);
  const imports: Import[] = [];
  for (const [index, token] of tokens.entries()) {
    if (token.text !== 'import') continue;
    const length = tokens.slice(index).findIndex(({ text: end }) => end === ';');
    const end = length === -1 ? tokens.length : index + length;
    imports.push(...importsOf(tokens.slice(index + 1, end), []));
  }
  return imports;
}

const DECLARES: readonly string[] = ['fn', 'struct', 'alias', 'const', 'override'];

/** The names that a module declares at the top level. */
export function declaredNames(text: string): string[] {
  const names: string[] = [];
  let depth = 0;
  const tokens = tokensOf(text);
  for (const [index, token] of tokens.entries()) {
    if (token.text === '{' || token.text === '(') depth += 1;
    if (token.text === '}' || token.text === ')') depth -= 1;
    const next = tokens[index + 1];
    if (depth === 0 && DECLARES.includes(token.text) && next?.isWord) names.push(next.text);
  }
  return names;
}
