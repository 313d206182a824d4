/**
 * Compile errors of all engines, with the author's own names and at locations in the author's file.
 */
import { describe, expect, test } from 'vitest';
import { compileText } from '../../src/gpu/compile-error';
import { Gpu, type GpuOptions } from '../../src/gpu/device';
import type { ShaderModule } from '../../src/gpu/plug-in';
import { compileProgram, linkProgram, type ProgramSource } from '../../src/gpu/program';
import { openTestGpu } from '../support/gpu';
import { SHADER_SOURCES } from '../support/shader-sources';

const gpu = await openTestGpu();

const ROOT = `// The root of a program, with a name that the plug-in has too: ππ.
import package::plug_in::twice;
const LIMIT = 3.0;
fn step() -> f32 {
  return twice(LIMIT);
}
@compute @workgroup_size(1)
fn root() {
  _ = step();
}
`;

function programOf(text: string, constants: ShaderModule['constants'] = {}): ProgramSource {
  const plugIns = {
    plug_in: { file: 'my/pong.wesl', text, constants, constantsName: 'my params' },
  };
  return { shader: 'test/root', library: { 'test/root': ROOT }, plugIns };
}

/** The error message of a plug-in with this text on a device. */
async function errorOf(source: ProgramSource, device: Gpu = gpu): Promise<string> {
  const compiled = linkProgram(source).then((linked) => compileProgram(device, source, linked));
  const reason = await compiled.then(
    () => expect.fail('it compiles'),
    (error: Error) => error,
  );
  expect(reason.name).toBe('ShaderError');
  return reason.message;
}

describe('Dawn', () => {
  test("adds its suggestion to an error, on the error's line", async () => {
    const text =
      'fn twice(x: f32) -> f32 {\n  let on = vec2(LIMIT.x < 4 - 1, x > 0);\n  return x;\n}\n' +
      'const LIMIT = vec2f();';
    expect((await errorOf(programOf(text))).split('\n')[0]).toBe(
      'my/pong.wesl:2:17: parsed as template list ' +
        '(if this is intended to be a less-than expression then wrap in parentheses)',
    );
  });

  test('adds notes on other lines with their numbers', async () => {
    const text =
      'fn twice(x: f32) -> f32 {\n  return thrice(x);\n}\n' +
      'fn thrice(x: f32) -> f32 {\n  return twice(x);\n}';
    const message = (await errorOf(programOf(text))).split('\n')[0];
    expect(message).toMatch(
      /:\d:1: cyclic dependency found: '(twice' -> 'thrice' -> 'twice|thrice' -> 'twice' -> 'thrice)'/,
    );
    expect(message).toMatch(/^my\/pong\.wesl/);
    expect(message).toMatch(/ \(.*line [25]: function '\w+' references function '\w+' here/);
  });

  test('omits notes on other files', async () => {
    const root = `import package::plug_in::Cell;
@group(0) @binding(0) var<storage> cells: array<Cell>;
@compute @workgroup_size(1)
fn root() {
  _ = cells[0].on;
}
`;
    const source = programOf('struct Cell {\n  on: bool,\n}');
    const message = await errorOf({ ...source, library: { 'test/root': root } });
    expect(message.split('\n')[0]).toBe(
      "my/pong.wesl:2:7: type 'bool' cannot be used in address space 'storage' as it is " +
        'non-host-shareable (while analyzing structure member Cell.on)',
    );
  });

  test('shows names as their author wrote them, not as the linker renamed them', async () => {
    const text = [
      'import constants::{LIMIT as LARGEST, max};',
      'const LIMIT = 2u;',
      'fn step(x: f32) -> f32 { return step(x); }',
      'fn twice(x: f32) -> f32 { return step(x) * LIMIT + LARGEST + max; }',
    ].join('\n');
    const constants = { LIMIT: '2.0f', max: '1.0f' };
    const message = await errorOf(programOf(text, constants));
    expect(message).toContain("cyclic dependency found: 'step' -> 'step'");
    const sum = text.replace('{ return step(x); }', '{ return x; }');
    expect(await errorOf(programOf(sum, constants))).toContain('my/pong.wesl:4:34: no matching');
    const called = sum.replace('step(x) * LIMIT + LARGEST + max', 'max(x)');
    expect(await errorOf(programOf(called, constants))).toMatch(/:4:34: .*'const max'/);
  });

  // Dawn also prints its messages about a module that it accepts.
  test('reports nothing about unreachable code', async () => {
    const text = 'fn twice(x: f32) -> f32 {\n  return x;\n  let y = x;\n}';
    const source = programOf(text);
    const { module } = await compileProgram(gpu, source, await linkProgram(source));
    const { messages } = await gpu.wait(module.getCompilationInfo());
    expect(messages).toEqual([]);
  });
});

describe('a missing constant of a plug-in', () => {
  const text = 'import constants::{HEIGHT, WIDTH};\nfn twice(x: f32) -> f32 { return x * WIDTH; }';

  test('is reported at its import, with the constants that exist', async () => {
    expect(await errorOf(programOf(text, { HEIGHT: '1.0f', DEPTH: '2.0f' }))).toBe(
      [
        'my/pong.wesl:1:28: WIDTH is not among my params (HEIGHT, DEPTH)',
        '  import constants::{HEIGHT, WIDTH};',
        `  ${' '.repeat(27)}^`,
      ].join('\n'),
    );
  });

  test('is reported if there are no constants', async () => {
    expect(await errorOf(programOf(text))).toContain('is not among my params (there are none)');
  });

  test('is reported where its path is written', async () => {
    const path = 'fn twice(x: f32) -> f32 { return x * constants::WIDTH; }';
    expect(await errorOf(programOf(path))).toContain('my/pong.wesl:1:38: WIDTH is not among');
  });

  test("is never the program's constant of the same name", async () => {
    const source = { ...programOf(text), constants: { HEIGHT: 1, WIDTH: 2 } };
    expect(await errorOf(source)).toContain('WIDTH is not among my params');
  });
});

test('comparisons that the linker parses as a template list are reported with a hint', async () => {
  const text = 'fn twice(x: f32) -> f32 {\n  let on = vec2(x < 4 - 1, x > 0);\n  return x;\n}';
  expect(await errorOf(programOf(text))).toMatch(
    /^my\/pong\.wesl:2:\d+: Expected ',' or '\)' in function arguments \(/,
  );
  expect(await errorOf(programOf(text))).toContain(
    ' (if < and > compare numbers here, put each comparison in parentheses)\n',
  );
  const unended = 'fn twice(x: f32) -> f32 {\n  let on = x < 4 && x > 3\n  return x;\n}';
  expect(await errorOf(programOf(unended))).toMatch(/^my\/pong\.wesl:2:\d+: Expected ';'[^(]*\n/);
  const unclosed = 'fn twice(x: f32) -> f32 {\n  return max(x, 1.0;\n}';
  expect(await errorOf(programOf(unclosed))).toMatch(/^my\/pong\.wesl:2:20: Expected [^(]*\n/);
});

test.each([
  [
    'of a module that does not exist',
    'import package::lib::random::normal;',
    '1:22: there is no module package::lib::random',
  ],
  [
    'of a module that lacks it',
    'import package::lib::angles::normal;',
    '1:30: module package::lib::angles has no normal',
  ],
  ['that is missing', '// nothing', "2:34: unresolved identifier 'normal'"],
])('an import %s is reported with the module that has the name', async (_, line, words) => {
  const plugIn = programOf(`${line}\nfn twice(x: f32) -> f32 { return normal(); }`);
  const source = { ...plugIn, library: { ...plugIn.library, ...SHADER_SOURCES } };
  expect((await errorOf(source)).split('\n')[0]).toBe(
    `my/pong.wesl:${words}; import normal from package::lib::rng`,
  );
});

test('an import after a declaration is reported', async () => {
  const text = 'const A = 1;\nimport constants::B;\nfn twice(x: f32) -> f32 { return x; }';
  expect(await errorOf(programOf(text))).toMatch(
    /^my\/pong\.wesl:2:1: an import must come before all declarations\n/,
  );
});

/**
 * A device whose compiler lists these messages or, if there are none, reports an error to the
 * scope.
 */
function deviceOf(
  messages: readonly Partial<GPUCompilationMessage>[] | undefined,
  caught: string | null = null,
  options: GpuOptions = {},
): Gpu {
  const info = messages && { getCompilationInfo: async () => ({ messages }) };
  const device = {
    addEventListener: () => {},
    lost: new Promise(() => {}),
    pushErrorScope: () => {},
    popErrorScope: async () => (caught === null ? null : { message: caught }),
    createShaderModule: () => ({ ...info }),
  } as unknown as GPUDevice;
  return Gpu.of(device, gpu.adapter, options);
}

describe('naga', () => {
  const text = 'fn twice(x: f32) -> f32 {\n  return x * y;\n}';
  const source = programOf(text.replace('y', '2'));

  /** The location of the plug-in's line 2 in the linked text. */
  async function lineOfReturn(): Promise<{ line: number; offset: number }> {
    const { dest } = await linkProgram(source);
    const offset = dest.indexOf('x * 2');
    return { line: dest.slice(0, offset).split('\n').length, offset };
  }

  const PARSE = (line: number): string =>
    `\nShader 'test/root' parsing error: no definition in scope for identifier: \`y\`\n` +
    `  ┌─ wgsl:${line}:14\n  │\n${line} │   return x * y;\n` +
    '  │              ^ unknown identifier\n\n';

  test('has a heading before the sentence and a drawing after it', async () => {
    const { line, offset } = await lineOfReturn();
    const message = {
      type: 'error' as const,
      message: PARSE(line),
      lineNum: line,
      linePos: 10,
      offset,
    };
    expect(await errorOf(source, deviceOf([message]))).toBe(
      'my/pong.wesl:2:10: no definition in scope for identifier: `y`\n' +
        '    return x * 2;\n           ^',
    );
  });

  test('counts offsets in bytes in some engines, but lines as usual', async () => {
    const { line, offset } = await lineOfReturn();
    const bytes = offset + 40;
    const message = {
      type: 'error' as const,
      message: 'bad',
      lineNum: line,
      linePos: 10,
      offset: bytes,
    };
    expect(await errorOf(source, deviceOf([message]))).toMatch(/^my\/pong\.wesl:2:10: bad\n/);
  });

  test('gives the reasons why a function is not valid', async () => {
    const { line, offset } = await lineOfReturn();
    const words =
      `Shader validation error: Function [1] 'twice' is invalid\n  ┌─ wgsl:${line}:10\n` +
      `  = Expression [3] is invalid\n  = Operation Multiply can't work with [1] and [2]\n`;
    const message = { type: 'error' as const, message: words, lineNum: line, linePos: 10, offset };
    expect(await errorOf(source, deviceOf([message]))).toContain(
      ":2:10: Function [1] 'twice' is invalid; Expression [3] is invalid; Operation Multiply can't",
    );
  });

  test('gives no location for some errors, whose message then names both files', async () => {
    const message = {
      type: 'error' as const,
      message: 'Capabilities are missing',
      lineNum: 0,
      linePos: 0,
      offset: 0,
    };
    expect(await errorOf(source, deviceOf([message]))).toBe(
      'shaders/test/root.wesl with my/pong.wesl: Capabilities are missing',
    );
  });

  test('lists no messages in some engines, where the caught error has the location', async () => {
    const { line } = await lineOfReturn();
    const expected = /^my\/pong\.wesl:2:14: no definition in scope for identifier: `y`\n/;
    expect(await errorOf(source, deviceOf([], PARSE(line)))).toMatch(expected);
    expect(await errorOf(source, deviceOf(undefined, PARSE(line)))).toMatch(expected);
  });

  test('may give a location beyond the text and an empty message', async () => {
    const message = { type: 'error' as const, message: '', lineNum: 9999, linePos: 3, offset: 1e9 };
    expect(await errorOf(source, deviceOf([message]))).toContain('no reason given');
  });
});

test("offsets are those of the text without the platform's directives", async () => {
  const options = { directives: 'diagnostic(off, derivative_uniformity);' };
  const messages = [
    { type: 'error' as const, message: 'bad', lineNum: 1, linePos: 42, offset: 41 },
    { type: 'info' as const, message: 'note', lineNum: 1, linePos: 40, offset: 39 },
  ];
  const { code, failure } = await compileText(deviceOf(messages, null, options), 'x', 'fn f() {}');
  expect(code).toBe('diagnostic(off, derivative_uniformity);fn f() {}');
  expect(failure).toEqual({ words: 'bad', offset: 2, notes: [{ words: 'note', offset: 0 }] });
});

test('notes belong to the error before them', async () => {
  const message = (type: GPUCompilationMessageType, words: string) => {
    return { type, message: words, lineNum: 1, linePos: 1, offset: 0 };
  };
  const messages = [
    ...[message('info', 'a'), message('error', 'b'), message('info', 'c'), message('info', 'd')],
    ...[message('error', 'e'), message('info', 'f')],
  ];
  const { failure } = await compileText(deviceOf(messages), 'x', 'fn f() {}');
  expect([failure!.words, ...failure!.notes.map(({ words }) => words)]).toEqual(['b', 'c', 'd']);
});
