import { describe, expect, test } from 'vitest';
import { checkEnvironmentModule } from '../../src/environments/interface-check';
import { DRIFT, drift } from './drift';

const check = (text: string) => () => checkEnvironmentModule(drift(text));
const lines = DRIFT.trimEnd().split('\n').length;

test('a module that defines all that the kernels call passes', () => {
  expect(check(DRIFT)).not.toThrow();
});

describe('the layout of the text does not count', () => {
  test.each([
    [
      'comments within a signature',
      '(state: State)',
      '( /* where, it is */ state: State) // here\n',
    ],
    ['line breaks', 'fn observe(state: State)', 'fn\n  observe\n(\n  state :\n  State,\n)'],
    ['spaces in types', 'ptr<function, State>', 'ptr< function ,State >'],
    [
      'other parameter names',
      'rng: ptr<function, Rng>) -> State',
      '_r: ptr<function, Rng>)->State',
    ],
    ['attributes', 'fn observe(', '@must_use\nfn observe('],
    ['a function of a similar name before', 'fn reset(', 'fn reset_all() {}\nfn reset('],
    [
      'another definition in a comment',
      'fn observe(',
      '// fn observe(a: f32) -> f32 {}\nfn observe(',
    ],
  ])('%s', (_, from, to) => {
    expect(DRIFT).toContain(from);
    expect(check(DRIFT.replace(from, to))).not.toThrow();
  });

  test('Windows line ends', () => {
    expect(check(DRIFT.replaceAll('\n', '\r\n'))).not.toThrow();
  });
});

test.each([
  ['reset', 'fn reset(ptr<function, Rng>) -> State'],
  ['step', 'fn step(ptr<function, State>, Action, ptr<function, Rng>) -> Step'],
  ['observe', 'fn observe(State) -> Observation'],
])('a module without %s is told at its last line what is missing', (name, signature) => {
  const text = DRIFT.replace(`fn ${name}(`, `fn other_${name}(`);
  expect(check(text)).toThrow(`my/drift.wesl:${lines}: defines no ${signature}`);
});

test('a function that is only there in a comment is missing', () => {
  const text = DRIFT.replace('fn observe(', '// fn observe(');
  expect(check(text)).toThrow('defines no fn observe');
});

test('a module without struct State is told so', () => {
  expect(check(DRIFT.replace('struct State', 'struct Stat'))).toThrow(
    `my/drift.wesl:${lines}: defines no struct State`,
  );
});

test.each([
  ['a parameter too few', 'fn reset(rng: ptr<function, Rng>)', 'fn reset()', 9, 'reset'],
  ['a state by value', 'state: ptr<function, State>', 'state: State', 13, 'step'],
  ['another address space', 'state: ptr<function,', 'state: ptr<private,', 13, 'step'],
  ['another result', '-> Observation', '-> vec2f', 18, 'observe'],
  ['no result', ' -> Step {', ' {', 13, 'step'],
])('%s is told at the line of the function', (_, from, to, line, name) => {
  expect(DRIFT).toContain(from);
  expect(check(DRIFT.replace(from, to))).toThrow(
    `my/drift.wesl:${line}: ${name} must be fn ${name}(`,
  );
});

describe('a mask', () => {
  const MASK = `fn action_mask(state: State) -> Mask {
  return Mask(true, state.place > 0.0);
}
`;
  const masked = (text: string, changes = {}) => {
    return () => checkEnvironmentModule(drift(text, { actionMask: true, ...changes }));
  };

  test('that module and description agree on passes', () => {
    expect(masked(DRIFT + MASK)).not.toThrow();
  });

  test('that only the description promises is told with the signature', () => {
    expect(masked(DRIFT)).toThrow(
      `my/drift.wesl:${lines}: defines no fn action_mask(State) -> Mask`,
    );
  });

  test('that only the module has is told too', () => {
    expect(check(DRIFT + MASK)).toThrow(
      `my/drift.wesl:${lines + 1}: action_mask would never be called; say actionMask: true`,
    );
  });

  test('of another type is told at its line', () => {
    expect(masked(DRIFT + MASK.replace('-> Mask', '-> u32'))).toThrow(
      `my/drift.wesl:${lines + 1}: action_mask must be fn action_mask(State) -> Mask`,
    );
  });

  test('on a box is refused', () => {
    const action = { type: 'box', low: [-1], high: [1] };
    expect(masked(DRIFT + MASK, { action })).toThrow(
      'environment Drift-v0: actionMask is true, but the actions are a box',
    );
  });
});
