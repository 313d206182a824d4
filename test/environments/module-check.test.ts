/** Mistakes that the text of a module shows, told before anything is linked. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { checkModuleText } from '../../src/environments/module-check';
import { KEYWORDS, nameFault, RESERVED_WORDS } from '../../src/environments/reserved-words';
import { compileText } from '../../src/gpu/compile-error';
import { openTestGpu } from '../support/gpu';
import { DRIFT, drift } from './drift';

const gpu = await openTestGpu();

/** The module of DRIFT with some of its text replaced. */
function changed(from: string, to: string): string {
  expect(DRIFT).toContain(from);
  return DRIFT.replace(from, to);
}

const check = (shader: string) => () => checkModuleText(drift(shader));

/** The error about a text that stands at a marked place: `«target»`. */
function errorAt(marked: string): { message: string; place: string } {
  const before = marked.slice(0, marked.indexOf('«')).split('\n');
  const shader = marked.replace(/[«»]/g, '');
  const place = `my/drift.wesl:${before.length}:${before.at(-1)!.length + 1}: `;
  try {
    checkModuleText(drift(shader));
  } catch (error) {
    return { message: (error as Error).message, place };
  }
  return expect.fail('nothing was refused');
}

/** Expects a sentence at the marked place, the source line, and a caret under the place. */
function expectFault(marked: string, sentence: string): void {
  const { message, place } = errorAt(marked);
  const [first, line, caret] = message.split('\n') as [string, string, string];
  expect(first).toBe(place + sentence);
  const sourceLine = marked.split('\n').find((each) => each.includes('«'))!;
  expect(line).toBe(`  ${sourceLine.replace(/[«»]/g, '')}`);
  expect(caret.length - 1).toBe(2 + sourceLine.indexOf('«'));
}

const RESERVED = 'is a reserved word of WGSL; choose another name';
const KEYWORD = 'is a keyword of WGSL; choose another name';

describe('a reserved word', () => {
  test.each([
    ['of a variable', 'return State', 'let «move» = 1.0;\n  return State', 'move'],
    ['of a member in a line of its own', 'place: f32,', 'place: f32,\n  «target»: f32,', 'target'],
    ['of a member among others', 'place: f32,', 'place: f32, «final»: i32, rest: u32,', 'final'],
    ['of a parameter', 'observe(state: State)', 'observe(«self»: State)', 'self'],
    ['of a function', 'fn reset(', 'fn «get»(x: f32) -> f32 { return x; }\nfn reset(', 'get'],
    ['of a constant', 'struct', 'const «set» = 3;\nstruct', 'set'],
    ['of a struct', 'struct State', 'struct «resource» { x: f32 }\nstruct State', 'resource'],
    ['of a loop variable', 'return State', 'for (var «pass» = 0; ; ) {}\n  return State', 'pass'],
    ['that is never declared', '- 0.5', '- «active»', 'active'],
    ['behind a comment', '- 0.5', '/* move */ - «new»', 'new'],
  ])('for the name %s is told at its place', (_, from, to, word) => {
    expectFault(changed(from, to), `\`${word}\` ${RESERVED}`);
  });

  test('counts lines and columns without a byte order mark, tabs and Windows line ends', () => {
    const shader = `\uFEFF${changed('return State', '\tlet move = 1.0;\r\n  return State')}`;
    expect(check(shader)).toThrow(
      /^my\/drift\.wesl:10:8: `move` is a reserved.*\n {4}\tlet move = 1\.0;\n {4}\t {4}\^$/,
    );
    expect(check('\uFEFFconst set = 1;')).toThrow('my/drift.wesl:1:7: `set`');
  });

  test('in a comment, an import or a path is fine', () => {
    expect(check(`// move /* self\n/* target /* set */ new */\n${DRIFT}`)).not.toThrow();
    const path = changed('random(rng)', 'package::lib::rng::random(rng)');
    expect(check(path.replace(', random}', '}'))).not.toThrow();
    expect(check(changed('import package::lib', 'import super::lib'))).not.toThrow();
  });
});

describe('a keyword', () => {
  test.each([
    ['of a variable', 'return State', 'let «loop» = 1.0;\n  return State', 'loop'],
    [
      'of a variable of an address space',
      'return State',
      'var<function> «if»: f32;\nreturn State',
      'if',
    ],
    ['of a member', 'place: f32,', 'place: f32, @size(16) «default»: f32,', 'default'],
    ['of a parameter', 'observe(state: State)', 'observe(«override»: State)', 'override'],
    ['of a function', 'fn reset(', 'fn «continue»() {}\nfn reset(', 'continue'],
  ])('for the name %s is told at its place', (_, from, to, word) => {
    expectFault(changed(from, to), `\`${word}\` ${KEYWORD}`);
  });

  test('where it belongs is fine', () => {
    const body = `switch i32(random(rng)) {
    case 1: { return State(1.0); }
    default: { loop { if true { break; } continuing { } } }
  }
  return State`;
    expect(check(changed('return State', body))).not.toThrow();
  });
});

test('a name with two underscores before it is told at its place', () => {
  const shader = changed('place: f32,', 'place: f32, «__last»: f32,');
  expectFault(
    shader,
    '`__last` begins with two underscores, which WGSL does not allow; choose another name',
  );
});

describe('the words are those of the compiler', () => {
  const failure = async (word: string) => {
    const { failure } = await compileText(gpu, 'word', `struct S { ${word}: f32 }`);
    return failure?.words;
  };
  const refused = [...KEYWORDS, ...RESERVED_WORDS, '__a', '_'];

  test('and those of the linker, which has them from the specification', () => {
    const text = readFileSync('node_modules/wesl/src/parse/Keywords.ts', 'utf8');
    const lists = [...text.matchAll(/`([^`]*)`\.split/g)].map((match) => match[1]!.split(/\s+/));
    expect([...KEYWORDS].sort()).toEqual(lists[0]!.sort());
    expect([...RESERVED_WORDS].sort()).toEqual(lists[1]!.sort());
  });

  test.each(refused)('%s is no name', async (word) => {
    expect(nameFault(word)).toBeDefined();
    expect(await failure(word)).toBeDefined();
  });

  // Names that people give, and names that WGSL has for other things.
  const taken = ['state', 'action', 'step', 'goal', 'position', 'speed', 'reward', 'done', 'left'];
  const known = ['f32', 'array', 'vec2f', 'select', 'storage', 'read', 'function', 'size', 'group'];
  test.each([...taken, ...known, '_a', 'a__b', 'größe'])('%s is a name', async (word) => {
    expect(nameFault(word)).toBeUndefined();
    expect(await failure(word)).toBeUndefined();
  });
});

describe('the built-in step', () => {
  const SENTENCE =
    "WGSL's step(edge, x) cannot be called here: `step` is the function that every environment " +
    'module ' +
    'defines; write select(0.0, 1.0, edge <= x)';

  test.each([
    ['numbers', '«step»(0.5, state.place)'],
    ['nested calls', '«step»(max(0.5, 0.1), state.place)'],
    ['templates', '«step»(vec2<f32>(0.5, 0.1), array<vec2f, 2>(vec2f(), vec2f())[0]).x'],
    ['a comma at the end', '«step» ( 0.5, state.place, )'],
  ])('with %s is told at its call', (_, call) => {
    expectFault(changed('(state.place)', `(${call})`), SENTENCE);
  });

  test('is not meant where the module calls its own', () => {
    const own = `var state = State(0.0);
  var action: Action;
  let result = step(&state, action, rng);
  return State`;
    expect(check(changed('return State', own))).not.toThrow();
    expect(check(changed('- 0.5', '- smoothstep(0.0, 1.0, 0.5)'))).not.toThrow();
  });
});

describe('a module with memory or entry points of its own', () => {
  const memory =
    'it must not declare variables; keep state in struct State, and use const for constants';
  const outside = 'keep state in struct State, and pass numbers in as params';
  test.each([
    [
      '«@»group(0) @binding(1) var<storage> data: array<f32>;',
      `it must not use @group; ${outside}`,
    ],
    ['«@»binding(1) @group(0) var<uniform> data: f32;', `it must not use @binding; ${outside}`],
    ['«@»compute @workgroup_size(1) fn main() {}', `it must not use @compute; ${outside}`],
    [
      '«@» /* of the kernel */ workgroup_size(1) fn main() {}',
      `it must not use @workgroup_size; ${outside}`,
    ],
    ['«var»<private> count = 0u;', memory],
    ['«var»<workgroup> counts: array<u32, 64>;', memory],
    ['«override» LENGTH = 1.0;', 'it must not use override; use const, or import a param'],
  ])('%s', (declaration, sentence) => {
    expectFault(
      changed('fn observe', `${declaration}\nfn observe`),
      `an environment module consists of pure functions: ${sentence}`,
    );
  });

  test('is another thing than variables of functions and attributes of members', () => {
    const own =
      'var<function> a = 1.0;\n  for (var i = 0; i < 3; i++) { var b = a; a = b; }\n  return State';
    expect(check(changed('return State', own))).not.toThrow();
    expect(check(changed('place: f32', '@align(16) place: f32'))).not.toThrow();
    expect(check(changed('fn observe', '@must_use fn observe'))).not.toThrow();
  });
});

describe('a bool in the State', () => {
  const SENTENCE = 'State is stored in a buffer, which cannot hold a bool; use u32 with 0u and 1u';
  test.each([
    ['as a member', 'struct State {\n  place: «bool»,'],
    ['in a vector', 'struct State {\n  place: vec2<«bool»>,'],
    ['in an array', 'struct State {\n  place: array<«bool», 4>,'],
    ['in a struct of it', 'struct Inner { bool: f32, x: «bool» }\nstruct State {\n  place: Inner,'],
    ['by another name', 'alias Flag = «bool»;\nstruct State {\n  place: array<Flag, 2>,'],
  ])('%s is told at its place', (_, text) => {
    expectFault(changed('struct State {\n  place: f32,', text), SENTENCE);
  });

  test('is another thing than a bool elsewhere', () => {
    const text = 'struct Other { x: bool }\nstruct State {\n  bool: f32,\n  other: Unknown,';
    expect(check(changed('struct State {\n  place: f32,', text))).not.toThrow();
    expect(check(changed('struct State {', 'struct State {\n  next: State,'))).not.toThrow();
  });
});

describe('the result of a step', () => {
  test.each(['done', 'truncated'])('has no %s, which is told at its place', (name) => {
    const body = `var result: Step;\n  result.«${name}» = true;\n  return Step`;
    expectFault(
      changed('return Step', body),
      `Step has no member \`${name}\`, only reward and terminated; ` +
        'the time limit is maxEpisodeSteps of the description',
    );
  });

  test('is another thing than a member of a struct of the module', () => {
    const text = changed('place: f32,', 'place: f32, done: u32,').replace(
      '- 0.5',
      '- f32((*state).done)',
    );
    expect(check(text)).not.toThrow();
  });
});

test('the first of several mistakes is told', () => {
  const shader = changed('place: f32,', 'place: «bool»,').replace('- 0.5', '- step(0.5, 0.1)');
  expect(errorAt(shader).message).toContain('State is stored in a buffer');
});

test.each(['', '{', 'struct State {', 'fn f(', 'step(', '/*', 'import', '{ var<', '@', 'alias A'])(
  'the start of a module, %j, does no harm',
  (shader) => {
    expect(() => checkModuleText({ ...drift(), shader })).not.toThrow();
  },
);
