import { describe, expect, test } from 'vitest';
import type { Dispatch } from '../../src/gpu/kernel';
import { encodeCommands, recordCommands } from '../../src/gpu/stage';

const PIPELINES = ['a', 'a', 'b', 'b', 'a'];
/** Told apart by their workgroups; nothing here reaches a device. */
const DISPATCHES = PIPELINES.map((pipeline, mark) => {
  const kernel = { pipeline };
  return { kernel, bindGroup: `bindings ${mark}`, workgroups: [mark, 1, 2] } as unknown as Dispatch;
});
const COMMANDS = recordCommands([
  { name: 'one', dispatches: DISPATCHES.slice(0, 1) },
  { name: 'two', dispatches: DISPATCHES.slice(1) },
]);

/** What a pass is told, in order. */
function calls(encode: (pass: GPUComputePassEncoder) => void): unknown[][] {
  const told: unknown[][] = [];
  encode({
    setPipeline: (...args: unknown[]) => told.push(['pipeline', ...args]),
    setBindGroup: (...args: unknown[]) => told.push(['bind', ...args]),
    dispatchWorkgroups: (...args: unknown[]) => told.push(['dispatch', ...args]),
  } as unknown as GPUComputePassEncoder);
  return told;
}

describe('commands', () => {
  test('are told with their bindings, and with pipelines where they change', () => {
    const told = calls((pass) => encodeCommands(pass, COMMANDS));
    expect(told.filter(([call]) => call === 'pipeline').flat()).toEqual(
      ['a', 'b', 'a'].flatMap((pipeline) => ['pipeline', pipeline]),
    );
    expect(told.filter(([call]) => call === 'bind')).toEqual(
      PIPELINES.map((_, mark) => ['bind', 0, `bindings ${mark}`]),
    );
    expect(told.filter(([call]) => call === 'dispatch')).toEqual(
      PIPELINES.map((_, mark) => ['dispatch', mark, 1, 2]),
    );
  });

  test('of a part begin with their pipeline', () => {
    expect(calls((pass) => encodeCommands(pass, COMMANDS, 3, 4))).toEqual([
      ['pipeline', 'b'],
      ['bind', 0, 'bindings 3'],
      ['dispatch', 3, 1, 2],
    ]);
  });
});
