import { describe, expect, test, vi } from 'vitest';
import { write } from '../../src/gpu/kernel';
import type { ShaderModule } from '../../src/gpu/plug-in';
import { linkProgram } from '../../src/gpu/program';
import { ShaderError } from '../../src/gpu/shader-error';
import plugInUser from '../shaders/plug-in-user.wesl';
import { floats, openRuntime, readFloats, runDispatches } from '../support/run-dispatches';
import { SHADER_SOURCES } from '../support/shader-sources';

// The linker captures the console's function when it is loaded.
const log = vi.hoisted(() => vi.spyOn(console, 'log'));

const FILE = 'games/my-pong.wesl';

/** Dispatches the test's root with a plug-in of this text, in a library of its own. */
async function dispatchWith(text: string) {
  const runtime = await openRuntime({ 'test/plug-in-user': plugInUser });
  const plugIns: Record<string, ShaderModule> = { plug_in: { file: FILE, text } };
  const kernel = runtime.kernels.kernel({ shader: 'test/plug-in-user', plugIns });
  const output = floats(runtime, [64]);
  const tensors = { output: write(output) };
  const dispatch = kernel.dispatch({ shape: { count: 64 }, tensors, workgroups: [1, 1, 1] });
  return { runtime, dispatch, output };
}

/** The message of the ShaderError for a plug-in with this text. */
async function errorOf(text: string): Promise<string> {
  const { runtime } = await dispatchWith(text);
  const error = await runtime.kernels.compiled().then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(ShaderError);
  return (error as ShaderError).message;
}

describe('an error in a plug-in names its file, line and column and shows the line', () => {
  test.each([
    [
      'syntax, in the middle of a line',
      'fn twice(x: f32) -> f32 {\n  return 2.0 * ;\n}\n',
      [':2:16: Expected expression', '    return 2.0 * ;', '                 ^'],
    ],
    [
      'syntax, at its end',
      '// mine\nfn twice(x: f32) -> f32 {\n  let y = x\n  return y;\n}\n',
      [":3:12: Expected ';'", '    let y = x', '             ^'],
    ],
    [
      'a type',
      '\n\nfn twice(x: f32) -> f32 {\n  return 2u * x;\n}\n',
      [':4:10: no matching overload', '    return 2u * x;', '           ^'],
    ],
    [
      'a type after a loop that is unrolled',
      [
        'fn twice(x: f32) -> f32 {',
        '  var y = x;',
        '  // unroll',
        '  for (var i = 0u; i < 8u; i++) {',
        '    y += 0.0;',
        '  }',
        '  return 2u * y;',
        '}\n',
      ].join('\n'),
      [':7:10: no matching overload', '    return 2u * y;', '           ^'],
    ],
    [
      'an unknown function',
      'fn twice(x: f32) -> f32 {\n  return triple(x);\n}\n',
      [":2:10: unresolved identifier 'triple'", '    return triple(x);', '           ^'],
    ],
    [
      'a missing module',
      'import package::lib::angle::roll;\nfn twice(x: f32) -> f32 {\n  return roll(x);\n}\n',
      [
        ':1:22: there is no module package::lib::angle; the nearest is package::lib::angles',
        '  import package::lib::angle::roll;',
        '                       ^',
      ],
    ],
    [
      'a missing declaration of a module',
      'import package::lib::rng::roll;\nfn twice(x: f32) -> f32 {\n  return roll(x);\n}\n',
      [
        ':1:27: module package::lib::rng has no roll; the nearest is Rng',
        '  import package::lib::rng::roll;',
        '                            ^',
      ],
    ],
  ])('%s', async (_, text, [first, ...rest]) => {
    const lines = (await errorOf(text)).split('\n');
    expect(lines[0]).toContain(`${FILE}${first}`);
    expect(lines.slice(1, 1 + rest.length)).toEqual(rest);
  });

  test('and the linker prints nothing of its own', async () => {
    log.mockClear();
    await errorOf('fn twice(x: f32) -> f32 {\n  return quadruple(x);\n}\n');
    expect(log).not.toHaveBeenCalled();
  });
});

test('a function that the plug-in lacks is named where it is imported', async () => {
  const message = await errorOf('fn thrice(x: f32) -> f32 {\n  return x;\n}\n');
  expect(message).toContain(
    'shaders/test/plug-in-user.wesl:2:26: module package::plug_in has no twice; ' +
      'the nearest is thrice',
  );
});

test('an error in the library names the file under shaders/', async () => {
  const library = { ...SHADER_SOURCES, 'kernels/moments-merge': 'fn broken( {\n}\n' };
  const link = linkProgram({ shader: 'kernels/moments-merge', library });
  await expect(link).rejects.toThrow(/^shaders\/kernels\/moments-merge\.wesl:1:\d+: /);
});

test('a plug-in without errors computes', async () => {
  const { runtime, dispatch, output } = await dispatchWith(
    'fn twice(x: f32) -> f32 {\n  return 2.0 * x;\n}\n',
  );
  await runDispatches(runtime, [dispatch]);
  expect((await readFloats(runtime, output)).slice(0, 4)).toEqual([0, 2, 4, 6]);
});

test('a module of the library that is called constants is not the plug-in’s own', async () => {
  const text = `import package::lib::constants::FACTOR;
fn twice(x: f32) -> f32 { return x * FACTOR * constants::FACTOR; }`;
  const plugIns = { plug_in: { file: FILE, text, constants: { FACTOR: '5.0f' } } };
  const library = { 'test/root': plugInUser, 'lib/constants': 'const FACTOR = 7.0f;' };
  const { dest } = await linkProgram({ shader: 'test/root', library, plugIns });
  expect(dest).toMatch(/const FACTOR = 7\.0f;[\s\S]*const FACTOR0 = 5\.0f;/);
});
