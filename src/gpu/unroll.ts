/**
 * Writes out the loops of a WGSL program that are marked by a line `// unroll`, so that places in arrays
 * become constants and the arrays registers. Drivers unroll short loops by themselves, but not bodies of
 * thousands of instructions (docs/log.md, "Fused kernels"). A program means the same without.
 */
const MARKED = /\/\/ unroll\n\s*for \(var (\w+) = 0u; \1 < ([^;]+); \1\+\+\) \{/g;
const CONSTANT = /^const (\w+)(?:: *\w+)? = ([^;]+);/gm;

type Constants = ReadonlyMap<string, string>;

/** The value of an integer expression of literals and module constants. */
function evaluate(expression: string, constants: Constants): number {
  const literal = expression.replace(/\b[A-Za-z_]\w*\b/g, (name) => {
    const value = constants.get(name);
    if (value === undefined) throw new Error(`a marked loop is bound by ${name}, no constant`);
    return String(evaluate(value, constants));
  });
  const digits = literal.replace(/(\d)u\b/g, '$1');
  if (!/^[\d\s+\-*/()]+$/.test(digits)) throw new Error(`no integer expression: ${expression}`);
  return Math.floor(Number(new Function(`return ${digits}`)()));
}

/** The place just behind the block that opens before `start`. */
function endOfBlock(text: string, start: number): number {
  let depth = 1;
  let place = start;
  for (; depth > 0; place++) {
    if (text[place] === '{') depth++;
    if (text[place] === '}') depth--;
  }
  return place;
}

/** @throws Error for a marked loop whose bound is no constant integer expression. */
export function unrollLoops(wgsl: string): string {
  const constants = new Map([...wgsl.matchAll(CONSTANT)].map(([, name, value]) => [name!, value!]));
  let text = wgsl;
  // The last mark is never around another one.
  for (;;) {
    const mark = [...text.matchAll(MARKED)].at(-1);
    if (!mark) return text;
    const [head, name, bound] = mark as unknown as [string, string, string];
    const begin = mark.index + head.length;
    const end = endOfBlock(text, begin);
    const body = text.slice(begin, end - 1);
    const use = new RegExp(`\\b${name}\\b`, 'g');
    const copies = Array.from(
      { length: evaluate(bound, constants) },
      (_, turn) => `{${body.replace(use, `${turn}u`)}}`,
    );
    text = `${text.slice(0, mark.index)}${copies.join('\n')}${text.slice(end)}`;
  }
}
