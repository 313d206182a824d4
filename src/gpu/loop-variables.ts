/**
 * Initializes variables that are declared in loops without a value. WGSL zeroes them in every
 * iteration, but Dawn on Vulkan (npm webgpu 0.6.2) and naga before 2026 only once per call, so that
 * an iteration finds the value that the previous one left.
 */
import { closingIndex, type Token, tokensOf } from './wesl-tokens';

const LOOPS: ReadonlySet<string> = new Set(['for', 'while', 'loop']);

/** A declaration `var name: type;`: the offset of its semicolon, and its type. */
interface Declaration {
  readonly end: number;
  readonly type: string;
}

/** The declaration whose `var` is the token at `index`; undefined for one with a value. */
function declarationAt(text: string, tokens: readonly Token[], index: number) {
  const template = tokens[index + 1]?.text === '<';
  const colon = template ? closingIndex(tokens, index + 1) + 2 : index + 2;
  if (tokens[colon]?.text !== ':') return undefined;
  const length = tokens.slice(colon).findIndex((token) => token.text === ';' || token.text === '=');
  const end = tokens[colon + length];
  if (end?.text !== ';') return undefined;
  const type = text.slice(tokens[colon]!.offset + 1, end.offset).trim();
  return { end: end.offset, type };
}

function declarationsInLoops(text: string): Declaration[] {
  const tokens = tokensOf(text);
  const found: Declaration[] = [];
  let endOfLoop = 0;
  for (const [index, token] of tokens.entries()) {
    if (LOOPS.has(token.text) && index >= endOfLoop) {
      const open = tokens.findIndex((each, at) => at > index && each.text === '{');
      if (open !== -1) endOfLoop = closingIndex(tokens, open);
    }
    if (token.text !== 'var' || index >= endOfLoop) continue;
    const declaration = declarationAt(text, tokens, index);
    if (declaration) found.push(declaration);
  }
  return found;
}

/**
 * The program with an explicit zero value in such declarations.
 * @param isMeant whether to change the declaration that ends at this offset
 */
export function clearLoopVariables(wgsl: string, isMeant: (offset: number) => boolean): string {
  let result = '';
  let begin = 0;
  for (const { end, type } of declarationsInLoops(wgsl)) {
    if (!isMeant(end)) continue;
    result += `${wgsl.slice(begin, end)} = ${type}()`;
    begin = end;
  }
  return result + wgsl.slice(begin);
}
