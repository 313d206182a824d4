/** The bindings of a dispatch are those of its shader, by name. */
import { describe, expect, test } from 'vitest';
import { type DispatchOptions, read, write } from '../../src/gpu/kernel';
import { interfaceOf, interfaceProblems } from '../../src/gpu/shader-interface';
import scale from '../shaders/scale.wesl';
import { floats, openRuntime } from '../support/run-dispatches';

describe('a kernel', async () => {
  const runtime = await openRuntime({ 'test/scale': scale });
  const [a, b] = [floats(runtime, [4]), floats(runtime, [4])];
  const right: DispatchOptions = {
    shape: { count: 4, addend: 1, target_index: 0 },
    tensors: { input: read(a), output: write(b) },
    workgroups: [1, 1, 1],
  };

  let factor = 100;
  /** The result of compiling a new kernel whose dispatch has these changes. */
  async function messageOf(changes: Partial<DispatchOptions>): Promise<string> {
    factor += 1;
    const constants = { FACTOR: factor };
    const kernel = runtime.kernels.kernel({ shader: 'test/scale', constants });
    kernel.dispatch({ ...right, ...changes });
    return kernel.ready.then(
      () => 'compiles',
      (error: Error) => error.message,
    );
  }

  test('compiles if all names and numbers match', async () => {
    expect(await messageOf({})).toBe('compiles');
  });

  test.each<[string, Partial<DispatchOptions>, string]>([
    [
      'two fields of the uniform record are swapped',
      { shape: { addend: 1, count: 4, target_index: 0 } },
      'the uniform record is (count, addend, target_index) in the shader, ' +
        'but (addend, count, target_index) is given',
    ],
    [
      'a field is missing',
      { shape: { count: 4, addend: 1 } },
      'the uniform record is (count, addend, target_index) in the shader, ' +
        'but (count, addend) is given',
    ],
    [
      'two tensors are swapped',
      { tensors: { output: write(b), input: read(a) } },
      'binding 1 is input in the shader, but output is given; ' +
        'binding 2 is output in the shader, but input is given',
    ],
    [
      'the shader writes a tensor that is given as read',
      { tensors: { input: read(a), output: read(b) } },
      'output is written by the shader, but given as read',
    ],
    [
      'the shader reads a tensor that is given as written',
      { tensors: { input: write(a), output: write(b) } },
      'input is read by the shader, but given as written',
    ],
    [
      'a tensor is missing',
      { tensors: { input: read(a), output: undefined } },
      'binding 2, output in the shader, is not given',
    ],
    [
      'there is one tensor too many',
      { tensors: { input: read(a), output: write(b), rest: read(a) } },
      'binding 3 is given rest, but the shader has none there',
    ],
  ])('is refused if %s', async (_, changes, problem) => {
    expect(await messageOf(changes)).toBe(`shaders/test/scale.wesl: ${problem}`);
  });
});

describe('the interface of a linked text', () => {
  const WGSL = `
    // struct Shape { wrong: u32 }
    struct Shape {
      first: u32, // of two
      /* the last */ second: f32,
    }
    @group(0) @binding(0) var<uniform> shape: Shape;
    @group(0) @binding(2) var<storage, read_write> sums: array<f32>;
    @group(0) @binding(1) var<uniform> weights0: array<vec4f, 4>;
    @group(0) @binding(3) var<storage> terms: array<f32>;
  `;

  test('has the members of the record, types other than u32, and the use of each buffer', () => {
    expect(interfaceOf(WGSL)).toEqual({
      record: ['first', 'second: f32'],
      bindings: [
        { binding: 2, name: 'sums', use: 'write' },
        { binding: 1, name: 'weights0', use: 'uniform' },
        { binding: 3, name: 'terms', use: 'read' },
      ],
    });
  });

  test('accepts a name to which the linker has appended digits, and no other', () => {
    const shader = interfaceOf(WGSL.replace('second: f32', 'second: u32'));
    const givenAs = (name: string) => ({
      ...shader,
      bindings: shader.bindings.map((each) => (each.binding === 1 ? { ...each, name } : each)),
    });
    expect(interfaceProblems(shader, givenAs('weights'))).toEqual([]);
    expect(interfaceProblems(shader, givenAs('weight'))).toEqual([
      'binding 1 is weights0 in the shader, but weight is given',
    ]);
  });

  test('is empty for a text without bindings', () => {
    expect(interfaceOf('fn f() {}')).toEqual({ record: undefined, bindings: [] });
  });
});
