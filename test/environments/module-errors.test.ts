/** What is wrong in a user's module is one error that names the user's file and line. */
import { expect, test, vi } from 'vitest';
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
  ['a missing function', 'fn observe', 'fn look', /^my\/drift\.wesl:20: defines no fn observe/],
])('%s', async (_, from, to, message) => {
  expect(DRIFT).toContain(from);
  const printed = vi.spyOn(console, 'log');
  const error = await failureOf(DRIFT.replace(from, to));
  expect(['ShaderError', 'EnvironmentError']).toContain(error.name);
  expect(error.message).toMatch(message);
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
