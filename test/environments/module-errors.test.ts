/** What is wrong in a user's module is one error that names the user's file and line. */
import { expect, test, vi } from 'vitest';
import type { EnvironmentError } from '../../src/environments/definition';
import type { ShaderError } from '../../src/gpu/shader-error';
import { createTrainer } from '../../src/trainer/create-trainer';
import { openTestGpu } from '../support/gpu';
import { stillThere } from '../support/still-there';
import { DRIFT, drift } from './drift';

const gpu = await openTestGpu();

const SMALL = { numEnvs: 3, numSteps: 4, numMinibatches: 1, totalTimesteps: 12, hiddenSizes: [3] };

async function failureOf(shader: string): Promise<Error> {
  const trainer = createTrainer({ gpu, environment: drift(shader), config: SMALL });
  return trainer.then(
    () => expect.fail('nothing was wrong'),
    (error: Error) => error,
  );
}

test.each([
  [
    'a syntax error',
    'State(random(rng));',
    'State(random(rng);',
    /^my\/drift\.wesl:10:\d+: Expected/,
  ],
  ['a type error', '- 0.5;', '- 1u;', /^my\/drift\.wesl:14:\d+: no matching overload/],
  [
    'a number too many',
    '(state.place)',
    '(state.place, 1.0)',
    /^my\/drift\.wesl:19:\d+: .*too many/,
  ],
  ['an unknown function', 'random(rng)', 'rand(rng)', /^my\/drift\.wesl:10:16: unresolved.*'rand'/],
  ['an unknown import', ', random}', ', rand}', /^my\/drift\.wesl:10:\d+: /],
  ['an unknown module', 'lib::rng', 'lib::rgn', /^my\/drift\.wesl:3:22: there is no module/],
  ['an unknown parameter', '- 0.5', '- constants::SPEED', /^my\/drift\.wesl:14:\d+: .*SPEED/],
  ['a bool in the state', 'place: f32', 'place: bool', /^my\/drift\.wesl:\d+:\d+: /],
  ['an unclosed brace', '(state.place);\n}', '(state.place);', /^my\/drift\.wesl:19:\d+: Expected/],
  [
    'a reserved word',
    'place: f32,',
    'place: f32, target: i32,',
    /^my\/drift\.wesl:6:15: `target` is a reserved word of WGSL; choose another name\n/,
  ],
  ['a binding', 'fn reset', '@binding(0) fn reset', /^my\/drift\.wesl:9:1: .* pure functions: it/],
  [
    'the built-in step',
    '- 0.5;',
    '- step(0.5, 0.1);',
    /^my\/drift\.wesl:14:33: WGSL's step\(edge, x\) cannot be called here/,
  ],
  [
    'a function that calls itself',
    '- 0.5;',
    '- step(0.5).reward;',
    /^my\/drift\.wesl:13:1: cyclic dependency found: 'step' -> 'step' \(line 14: /,
  ],
  [
    'the result of another library',
    'return Step(',
    'let s = Step(1.0, true).done;\n  return Step(',
    /:15:27: Step has/,
  ],
  [
    'comparisons that look like a template',
    '- 0.5;',
    '- f32(any(vec2((*state).place < 4 - 1, action[0] > 0)));',
    /^my\/drift\.wesl:14:\d+: .*parenthes/,
  ],
  ['a number too few', 'Observation(state.place)', 'Observation()[0]', /^my\/drift\.wesl:19:\d+: /],
  ['a missing semicolon', '3.0);', '3.0)', /^my\/drift\.wesl:1[56]:\d+: Expected/],
  ['integers and floats', '- 0.5;', '- f32(1u) * 2i;', /^my\/drift\.wesl:14:\d+: no matching/],
  [
    'a change of what let has named',
    'return Step(',
    'let s = 1.0;\n  s = 2.0;\n  return Step(',
    /^my\/drift\.wesl:16:3: cannot assign/,
  ],
  [
    'a missing return',
    'return Observation(state.place);',
    '',
    /^my\/drift\.wesl:19:1: missing ret/,
  ],
  [
    'a variable outside of functions',
    'fn reset',
    'var<private> shared_place: f32;\nfn reset',
    /^my\/drift\.wesl:9:\d+: /,
  ],
  [
    'an entry point',
    'fn reset',
    '@compute @workgroup_size(1) fn main() {}\nfn reset',
    /^my\/drift\.wesl:9:\d+: /,
  ],
  [
    'a mask that is never used',
    'fn reset',
    'fn action_mask(state: State) -> Mask {\n  return Mask();\n}\nfn reset',
    /^my\/drift\.wesl:9: action_mask would never be called/,
  ],
  [
    'another signature',
    'fn step(state: ptr<function, State>',
    'fn step(state: State',
    /^my\/drift\.wesl:13: step must be fn step\(ptr<function, State>, Action, /,
  ],
  [
    'a State that is too large',
    'place: f32',
    'place: f32, board: array<u32, 2000>',
    /^my\/drift\.wesl:5: struct State has more than 4096 bytes/,
  ],
  [
    'an array index beyond the end',
    'State(random(rng))',
    'State(array<f32, 2>(1.0, 2.0)[2])',
    /^my\/drift\.wesl:10:\d+: index 2 out of bounds/,
  ],
  ['a number that overflows', '- 0.5;', '- 1e39f;', /^my\/drift\.wesl:14:\d+: /],
  [
    'no struct State',
    'struct State {',
    'struct Stat {',
    /^my\/drift\.wesl:20: defines no struct State/,
  ],
  ['a missing function', 'fn observe', 'fn look', /^my\/drift\.wesl:20: defines no fn observe/],
])('%s', async (_, from, to, message) => {
  expect(DRIFT).toContain(from);
  const printed = vi.spyOn(console, 'log');
  const error = await failureOf(DRIFT.replace(from, to));
  expect(['ShaderError', 'EnvironmentError']).toContain(error.name);
  expect(error.message).toMatch(message);
  const { file, line, column, sentence } = (error as ShaderError | EnvironmentError).place!;
  const place = [file, line, ...(column === undefined ? [] : [column])].join(':');
  expect(error.message.split('\n')[0]).toBe(`${place}: ${sentence}`);
  // The message, the line and a caret at most; and nobody prints it but who catches it.
  expect(error.message.trimEnd().split('\n').length).toBeLessThanOrEqual(3);
  expect(printed).not.toHaveBeenCalled();
  printed.mockRestore();
});

test('a byte order mark is skipped, and columns count from behind it', async () => {
  const marked = `\uFEFF${DRIFT}`;
  const trainer = await createTrainer({ gpu, environment: drift(marked), config: SMALL });
  trainer.destroy();
  const { message } = await failureOf(marked.replace('interface::Action', 'interface::Acton'));
  expect(message).toMatch(/^my\/drift\.wesl:13:\d+: unresolved identifier 'Action'/);
  const first = await failureOf(marked.replace('interface::Action', 'interface:Action'));
  expect(first.message).toMatch(/^my\/drift\.wesl:1:41: .*\n {2}import package/);
});

test('the line of the source is shown with a caret under the place', async () => {
  const { message } = await failureOf(DRIFT.replace('- 0.5;', '- 1u;'));
  const [, source, caret] = message.split('\n') as [string, string, string];
  expect(source.trim()).toBe('(*state).place += action[0] - 1u;');
  expect(source.slice(caret.indexOf('^'))).toBe('action[0] - 1u;');
});

test('what only a compiler understands is no obstacle', async () => {
  // The templates and comparisons of this have confused a parser that stood before the compiler.
  const flags = 'let on = vec2<bool>((*rng).counter.x >= 2u, (*rng).counter.y >= 2u);\n  return';
  const shader = DRIFT.replace('return', flags);
  const trainer = await createTrainer({ gpu, environment: drift(shader), config: SMALL });
  trainer.destroy();
});

test('a refused module leaves no memory behind on the device', async () => {
  const made = vi.spyOn(gpu.device, 'createBuffer');
  await failureOf(DRIFT.replace('- 0.5;', '- 1u;'));
  const buffers = made.mock.results.map(({ value }) => value as GPUBuffer);
  made.mockRestore();
  expect(buffers.length).toBeGreaterThan(20);
  expect(await stillThere(gpu, buffers)).toEqual([]);
});

test('the device stays usable after a refused module', async () => {
  await failureOf(DRIFT.replace('- 0.5;', '- 1u;'));
  const trainer = await createTrainer({ gpu, environment: drift(), config: SMALL });
  for await (const report of trainer) expect(report.iteration).toBe(1);
  trainer.destroy();
});
