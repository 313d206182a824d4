/**
 * Finds mistakes in an environment's module that a compiler would report in terms of the linked
 * program, or at another place. The check reads tokens, so that it also works on invalid text.
 */
import { plugInText } from '../gpu/plug-in';
import { placeOf, showLocation } from '../gpu/source-location';
import { closingIndex, type Token, tokensOf } from '../gpu/wesl-tokens';
import { type EnvironmentDefinition, EnvironmentError, environmentFile } from './definition';
import { variedNames } from './param-range';
import { nameFault, RESERVED_WORDS } from './reserved-words';
import { variedFaults } from './varied-check';

/** A sentence about a token. */
interface Fault {
  readonly token: Token;
  readonly sentence: string;
}

const textAt = (tokens: readonly Token[], index: number): string | undefined => tokens[index]?.text;

/** The tokens outside of import statements. */
function withoutImports(tokens: readonly Token[]): Token[] {
  const kept: Token[] = [];
  let importing = false;
  for (const token of tokens) {
    if (token.text === 'import') importing = true;
    if (!importing) kept.push(token);
    if (token.text === ';') importing = false;
  }
  return kept;
}

/** The index after the `<…>` of `var<private>`, if there is one. */
const behindTemplate = (tokens: readonly Token[], index: number): number =>
  textAt(tokens, index) === '<' ? closingIndex(tokens, index) + 1 : index;

const INTRODUCES_NAME: readonly string[] = ['let', 'var', 'const', 'fn', 'struct', 'alias'];

/** The tokens that declare names: after `let` and the like, and before the colon of members. */
function givenNames(tokens: readonly Token[]): Token[] {
  const names: Token[] = [];
  let memberEnd = -1;
  for (const [index, { text }] of tokens.entries()) {
    if (INTRODUCES_NAME.includes(text)) {
      const place = behindTemplate(tokens, index + 1);
      if (tokens[place]?.isWord) names.push(tokens[place]);
      const opens = text === 'fn' || text === 'struct' ? place + 1 : -1;
      const bracket = textAt(tokens, opens);
      if (bracket === '(' || bracket === '{') memberEnd = closingIndex(tokens, opens);
    }
    if (index < memberEnd && textAt(tokens, index + 1) === ':') names.push(tokens[index]!);
  }
  return names;
}

/** Reserved words, and keywords where a name is declared. */
function nameFaults(tokens: readonly Token[]): Fault[] {
  const given = new Set(givenNames(tokens).filter(({ isWord }) => isWord));
  return tokens.flatMap((token, index) => {
    const isPath = textAt(tokens, index + 1) === '::';
    const isAttribute = textAt(tokens, index - 1) === '@';
    const isReserved = RESERVED_WORDS.has(token.text) || token.text.startsWith('__');
    if (!token.isWord || isPath || isAttribute || !(isReserved || given.has(token))) return [];
    const fault = nameFault(token.text);
    return fault ? [{ token, sentence: `\`${token.text}\` ${fault}; choose another name` }] : [];
  });
}

const TEMPLATES = /^(?:array|ptr|atomic|vec[234]|mat[234]x[234])$/;

/** Number of arguments of the call whose `(` is at `open`. */
function countArguments(tokens: readonly Token[], open: number): number {
  const end = closingIndex(tokens, open);
  let count = end > open + 1 ? 1 : 0;
  for (let index = open + 1; index < end; index++) {
    const { text } = tokens[index]!;
    if (text === '(' || text === '[') index = closingIndex(tokens, index);
    else if (text === '<' && TEMPLATES.test(textAt(tokens, index - 1)!)) {
      index = closingIndex(tokens, index);
    } else if (text === ',' && textAt(tokens, index + 1) !== ')') count += 1;
  }
  return count;
}

/** Calls of WGSL's step(edge, x), which is shadowed by the function that a module must define. */
function builtInStepFaults(tokens: readonly Token[]): Fault[] {
  return tokens.flatMap((token, index) => {
    const isCall = token.text === 'step' && textAt(tokens, index + 1) === '(';
    const before = textAt(tokens, index - 1);
    if (!isCall || before === 'fn' || before === '::' || before === '.') return [];
    if (countArguments(tokens, index + 1) !== 2) return [];
    const sentence =
      "WGSL's step(edge, x) cannot be called here: `step` is the function that every environment " +
      'module defines; write select(0.0, 1.0, edge <= x)';
    return [{ token, sentence }];
  });
}

const PURE = 'an environment module consists of pure functions';

const ENTRY_ATTRIBUTES: readonly string[] = [
  ...['binding', 'group', 'compute', 'vertex', 'fragment', 'workgroup_size'],
];

/** For each token, whether it is outside of all functions and structs. */
function topLevel(tokens: readonly Token[]): boolean[] {
  let depth = 0;
  return tokens.map(({ text }) => {
    if (text === '}') depth -= 1;
    const isTop = depth === 0;
    if (text === '{') depth += 1;
    return isTop;
  });
}

/** Declarations of memory and entry points, which belong to the kernels that call a module. */
function purityFaults(tokens: readonly Token[]): Fault[] {
  const isTop = topLevel(tokens);
  return tokens.flatMap((token, index): Fault[] => {
    const attribute = textAt(tokens, index - 1) === '@' && ENTRY_ATTRIBUTES.includes(token.text);
    if (attribute) {
      const sentence =
        `${PURE}: it must not use @${token.text}; keep state in struct State, and pass numbers ` +
        'in as params';
      return [{ token: tokens[index - 1]!, sentence }];
    }
    if (!isTop[index]) return [];
    if (token.text === 'var') {
      const sentence =
        `${PURE}: it must not declare variables; keep state in struct State, and use const for ` +
        'constants';
      return [{ token, sentence }];
    }
    if (token.text !== 'override') return [];
    return [{ token, sentence: `${PURE}: it must not use override; use const, or import a param` }];
  });
}

/** The tokens of each struct's body and of each alias's type, by name. */
function typesOf(tokens: readonly Token[]): Map<string, readonly Token[]> {
  const types = new Map<string, readonly Token[]>();
  for (const [index, { text }] of tokens.entries()) {
    const name = textAt(tokens, index + 1);
    if (name === undefined) continue;
    if (text === 'struct' && textAt(tokens, index + 2) === '{') {
      types.set(name, tokens.slice(index + 3, closingIndex(tokens, index + 2)));
    }
    if (text === 'alias') {
      const length = tokens.slice(index).findIndex(({ text: end }) => end === ';');
      types.set(name, tokens.slice(index + 2, length === -1 ? tokens.length : index + length));
    }
  }
  return types;
}

/** Any bool in State, which WGSL does not allow in buffers. */
function stateFaults(tokens: readonly Token[]): Fault[] {
  const types = typesOf(tokens);
  const seen = new Set<string>();
  const findBools = (name: string): Token[] => {
    if (seen.has(name)) return [];
    seen.add(name);
    const body = types.get(name) ?? [];
    // A name before a colon is that of a member, not of a type.
    const used = body.filter(({ isWord }, index) => isWord && textAt(body, index + 1) !== ':');
    return used.flatMap((token) => (token.text === 'bool' ? [token] : findBools(token.text)));
  };
  const sentence = 'State is stored in a buffer, which cannot hold a bool; use u32 with 0u and 1u';
  return findBools('State').map((token) => ({ token, sentence }));
}

/** Members of a step's result in other libraries. */
const ENDINGS: readonly string[] = ['done', 'truncated'];

/** Uses of such members of Step, unless a struct of the module declares them. */
function resultFaults(tokens: readonly Token[]): Fault[] {
  const members = givenNames(tokens).map(({ text }) => text);
  return tokens.flatMap((token, index) => {
    const isMember = textAt(tokens, index - 1) === '.' && ENDINGS.includes(token.text);
    if (!isMember || members.includes(token.text)) return [];
    const sentence =
      `Step has no member \`${token.text}\`, only reward and terminated; ` +
      'the time limit is maxEpisodeSteps of the description';
    return [{ token, sentence }];
  });
}

const CHECKS = [nameFaults, purityFaults, stateFaults, builtInStepFaults, resultFaults];

/**
 * Refuses a module with an evident mistake.
 * @throws EnvironmentError with the first mistake: `file:line:column: sentence`, the line and a
 * caret.
 */
export function checkModuleText(definition: EnvironmentDefinition): void {
  const text = plugInText({ file: environmentFile(definition), text: definition.shader });
  const tokens = withoutImports(tokensOf(text));
  const faults: readonly Fault[] = [
    ...CHECKS.flatMap((check) => check(tokens)),
    ...variedFaults(text, tokens, variedNames(definition)),
  ];
  const [first] = faults.toSorted((a, b) => a.token.offset - b.token.offset);
  if (!first) return;
  const place = { file: environmentFile(definition), text, offset: first.token.offset };
  throw new EnvironmentError(showLocation(place, first.sentence), {
    place: placeOf(place, first.sentence),
  });
}
