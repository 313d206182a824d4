/** The layout of State against wgsl_reflect's, another reader of WGSL. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type StructInfo, WgslReflect } from 'wgsl_reflect';
import { EnvironmentError } from '../../src/environments/definition';
import { stateLayout } from '../../src/environments/state-layout';
import { DRIFT, drift } from './drift';

const layoutOf = (struct: string, changes = {}) =>
  stateLayout(drift(DRIFT.replace('struct State {\n  place: f32,\n}', struct), changes));

const offsetsOf = (struct: string, changes = {}): Record<string, number> =>
  Object.fromEntries(layoutOf(struct, changes).members.map(({ name, offset }) => [name, offset]));

describe('members lie where WGSL puts them', () => {
  test('a vector of three is as wide as four, but the next number fills its gap', () => {
    const struct = 'struct State { a: f32, b: vec3f, c: u32, d: vec2i, e: i32 }';
    expect(offsetsOf(struct)).toEqual({ a: 0, b: 16, c: 28, d: 32, e: 40 });
    expect(layoutOf(struct).size).toBe(48);
  });

  test('matrices are lists of columns', () => {
    const struct = 'struct State { a: f32, b: mat3x2f, c: mat2x3<f32>, d: f32 }';
    // Three columns of 8 bytes; two of 16.
    expect(offsetsOf(struct)).toEqual({ a: 0, b: 8, c: 32, d: 64 });
    expect(layoutOf(struct).size).toBe(80);
  });

  test('attributes move members', () => {
    const struct = 'struct State { a: f32, @align(16) b: f32, @size(SIDE * 4) c: f32, d: f32 }';
    expect(offsetsOf(`const SIDE = 5;\n${struct}`)).toEqual({ a: 0, b: 16, c: 20, d: 40 });
    expect(layoutOf(`const SIDE = 5;\n${struct}`).size).toBe(48);
  });

  test('lengths come from constants, params and the sizes of the description', () => {
    const text = `const COUNT = u32(constants::CELLS) + 1u;
alias Board = array<u32, COUNT>;
struct State { board: Board, seen: array<f32, OBSERVATION_SIZE>, last: Observation, did: Action,
  end: f32 }`;
    const changes = { params: { CELLS: 6 } };
    expect(offsetsOf(text, changes)).toEqual({ board: 0, seen: 28, last: 32, did: 36, end: 40 });
  });

  test('an observation of bits is words', () => {
    const text =
      'struct State { last: Observation, seen: array<i32, OBSERVATION_WORDS>, end: f32 }';
    const observation = Array.from({ length: 33 }, (_, i) => ({ name: `${i}`, low: 0, high: 1 }));
    const changes = { observation, observationFormat: 'bits' };
    expect(offsetsOf(text, changes)).toEqual({ last: 0, seen: 8, end: 16 });
    expect(layoutOf(text, changes).members[0]!.type).toMatchObject({ element: { scalar: 'u32' } });
  });

  test('a constant of a function is no constant of the module', () => {
    const text = `const SIDE = 2;
fn other() -> i32 { const SIDE = 9; return SIDE; }
struct State { board: array<u32, SIDE>, end: f32 }`;
    expect(offsetsOf(text)).toEqual({ board: 0, end: 8 });
  });
});

interface Declared {
  readonly type: string;
  /** Structs that the type needs, innermost first. */
  readonly structs: readonly string[];
}

const plain = fc.constantFrom(
  ...['f32', 'i32', 'u32', 'vec2f', 'vec3f', 'vec4f', 'vec2i', 'vec3u', 'vec2<f32>', 'vec3<i32>'],
  ...['mat2x2f', 'mat3x3f', 'mat4x2f', 'mat2x4<f32>', 'mat3x2<f32>'],
);
let structs = 0;

const declared: fc.Memo<Declared> = fc.memo((depth) => {
  const leaf = plain.map((type) => ({ type, structs: [] }));
  if (depth <= 1) return leaf;
  const list = fc.tuple(declared(), fc.integer({ min: 1, max: 5 })).map(([element, length]) => ({
    ...element,
    type: `array<${element.type}, ${length}>`,
  }));
  const struct = fc.array(declared(), { minLength: 1, maxLength: 4 }).map((members) => {
    const name = `Part${structs++}`;
    return {
      type: name,
      structs: [...members.flatMap((each) => each.structs), body(name, members)],
    };
  });
  return fc.oneof(leaf, list, struct);
});

function body(name: string, members: readonly Declared[]): string {
  return `struct ${name} {\n${members.map(({ type }, i) => `  m${i}: ${type},`).join('\n')}\n}`;
}

test('any State has the layout that another reader finds', () => {
  const members = fc.array(declared(3), { minLength: 1, maxLength: 5 });
  fc.assert(
    fc.property(members, (all) => {
      const text = [...all.flatMap((each) => each.structs), body('State', all)].join('\n');
      const layout = layoutOf(text);
      const info = new WgslReflect(text).structs.find(({ name }) => name === 'State') as StructInfo;
      expect(layout.members.map(({ offset }) => offset)).toEqual(info.members.map((m) => m.offset));
      expect(layout.size).toBe(info.size);
    }),
    { seed: 1, numRuns: 300 },
  );
});

describe('what is not understood is refused with the file and the member', () => {
  const refusal = (struct: string): string => {
    try {
      layoutOf(struct);
    } catch (error) {
      expect(error).toBeInstanceOf(EnvironmentError);
      return (error as Error).message;
    }
    throw new Error('nothing was refused');
  };

  test.each([
    [
      'a type of another module',
      'struct State { own: package::lib::rng::Rng }',
      'my/drift.wesl: State.own has the type package::lib::rng::Rng, which is not understood, ' +
        'so its states cannot be read',
    ],
    ['an imported type', 'struct State { own: Rng }', 'State.own has the type Rng, which'],
    ['a length', 'struct State { own: array<f32, FAR> }', "State.own's length is FAR, which"],
    ['no length', 'struct State { own: array<f32> }', 'State.own has the type array<f32>, which'],
    [
      'a type that holds itself',
      'struct Part { own: State }\nstruct State { part: Part }',
      'State.part.own has the type State, which',
    ],
    ['a length of itself', 'const A = A;\nstruct State { own: array<f32, A> }', 'is A, which'],
    ['an attribute', 'struct State { @binding(0) own: f32 }', "State's @binding is unknown"],
    ['half precision', 'struct State { own: vec2<f16> }', 'State.own has the type f16, which'],
    ['no struct', 'alias State = f32;', 'State is no struct of the module'],
  ])('%s', (_, struct, message) => {
    expect(refusal(struct)).toContain(message);
  });
});
