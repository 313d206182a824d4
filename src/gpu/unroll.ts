/**
 * Unrolls the loops of a WGSL program that are marked by a line `// unroll`, so that array indices
 * become constants and arrays become registers. Drivers unroll short loops by themselves, but not
 * bodies of thousands of instructions (docs/log.md, "Fused kernels"). The meaning does not change.
 */
const MARKED = /\/\/ unroll\n\s*for \(var (\w+) = 0u; \1 < ([^;]+); \1\+\+\) \{/g;
const CONSTANT = /^const (\w+)(?:: *\w+)? = ([^;]+);/gm;

type Constants = ReadonlyMap<string, string>;

/** Binary integer operators by precedence, lowest first. */
const OPERATORS: readonly Readonly<Record<string, (a: number, b: number) => number>>[] = [
  { '+': (a, b) => a + b, '-': (a, b) => a - b },
  { '*': (a, b) => a * b, '/': (a, b) => Math.trunc(a / b), '%': (a, b) => a % b },
];

/**
 * The value of a constant integer expression: decimal literals, module constants, parentheses and
 * `+ - * / %` with WGSL's integer division.
 */
function evaluate(expression: string, constants: Constants): number {
  const tokens = expression.match(/\w+|[^\s\w]/g) ?? [];
  const fail = (words: string): Error =>
    new Error(`the bound of a marked loop, \`${expression}\`, ${words}`);

  const operand = (): number => {
    const token = tokens.shift() ?? '';
    if (token === '(') {
      const value = operation(0);
      if (tokens.shift() !== ')') throw fail('has no closing parenthesis');
      return value;
    }
    if (/^\d+[iu]?$/.test(token)) return Number.parseInt(token, 10);
    const constant = constants.get(token);
    if (constant === undefined) {
      throw fail(token ? `contains ${token}, which is not a constant` : 'lacks an operand');
    }
    return evaluate(constant, constants);
  };

  const operation = (precedence: number): number => {
    const operators = OPERATORS[precedence];
    if (!operators) return operand();
    let value = operation(precedence + 1);
    for (let next = operators[tokens[0] ?? '']; next; next = operators[tokens[0] ?? '']) {
      tokens.shift();
      value = next(value, operation(precedence + 1));
    }
    return value;
  };

  const value = operation(0);
  if (tokens.length > 0) throw fail(`has an unexpected ${tokens[0]}`);
  return value;
}

/** The offset just after the block whose opening brace is right before `start`. */
function endOfBlock(text: string, start: number): number {
  let depth = 1;
  let offset = start;
  for (; depth > 0; offset++) {
    if (text[offset] === '{') depth++;
    if (text[offset] === '}') depth--;
  }
  return offset;
}

/** @throws Error for a marked loop whose bound is not a constant integer expression. */
export function unrollLoops(wgsl: string): string {
  const constants = new Map([...wgsl.matchAll(CONSTANT)].map(([, name, value]) => [name!, value!]));
  let text = wgsl;
  // The last marked loop contains no other.
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
