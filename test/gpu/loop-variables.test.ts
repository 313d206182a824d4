import { describe, expect, test } from 'vitest';
import { write } from '../../src/gpu/kernel';
import { clearLoopVariables } from '../../src/gpu/loop-variables';
import { openRuntime, readWords, runDispatches, words } from '../support/run-dispatches';

const clear = (text: string): string => clearLoopVariables(text, () => true);

describe('clearLoopVariables', () => {
  test.each([
    [
      'for (var i = 0u; i < n; i++) { var a: array<u32, 3>; }',
      'var a: array<u32, 3> = array<u32, 3>();',
    ],
    ['while i < n { if (c) { var<function> a: Large; } }', 'var<function> a: Large = Large();'],
    ['loop { loop { } continuing { var a : u32; } }', 'var a : u32 = u32();'],
  ])('%s', (text, expected) => {
    expect(clear(text)).toContain(expected);
  });

  test.each([
    'var a: u32; for (var i = 0u; i < n; i++) { a++; } var b: u32;',
    'loop { var a: u32 = f(); var b = 1u; let c: u32 = 2u; }',
    'loop { /* var a: u32; */ }',
    'fn looped(variable: u32) -> u32 { var a: u32; return a; }',
    'loop {',
  ])('leaves %s', (text) => {
    expect(clear(text)).toBe(text);
  });

  test('changes only the declarations chosen by the caller', () => {
    const text = 'loop { var a: u32; var b: u32; }';
    const second = text.lastIndexOf(';');
    expect(clearLoopVariables(text, (offset) => offset === second)).toBe(
      'loop { var a: u32; var b: u32 = u32(); }',
    );
  });
});

const USER = `import package::plug_in::turns;
struct TestShape { count: u32 }
@group(0) @binding(0) var<uniform> shape: TestShape;
@group(0) @binding(1) var<storage, read_write> output: array<u32>;
@compute @workgroup_size(1)
fn test_turns() { output[0] = turns(shape.count); }
`;
const PLUG_IN = `fn turns(count: u32) -> u32 {
  var sum = 0u;
  for (var i = 0u; i < count; i++) {
    var seen: array<u32, 8>;
    seen[i] += 1u;
    for (var j = 0u; j < 8u; j++) { var twice: u32; twice += 2u * seen[j]; sum += twice; }
  }
  return sum;
}
`;

test("a variable of a loop in a user's module is zero in every iteration", async () => {
  const runtime = await openRuntime({ 'test/turns': USER });
  const output = words(runtime, [1]);
  const kernel = runtime.kernels.kernel({
    shader: 'test/turns',
    plugIns: { plug_in: { file: 'turns.wesl', text: PLUG_IN } },
  });
  await runDispatches(runtime, [
    kernel.dispatch({
      shape: { count: 3 },
      tensors: { output: write(output) },
      workgroups: [1, 1, 1],
    }),
  ]);
  expect(await readWords(runtime, output)).toEqual([6]);
});
