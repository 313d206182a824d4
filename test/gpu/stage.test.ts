import { describe, expect, test } from 'vitest';
import type { Dispatch } from '../../src/gpu/kernel';
import { encodeCommands, recordCommands } from '../../src/gpu/stage';

const PIPELINES = ['a', 'a', 'b', 'b', 'a'];
/** A dispatch that its workgroups identify; nothing here reaches a device. */
const DISPATCHES = PIPELINES.map((pipeline, mark) => {
  const kernel = { pipeline };
  return { kernel, bindGroup: `bindings ${mark}`, workgroups: [mark, 1, 2] } as unknown as Dispatch;
});
const COMMANDS = recordCommands([
  { name: 'one', dispatches: DISPATCHES.slice(0, 1) },
  { name: 'two', dispatches: DISPATCHES.slice(1) },
]);

/** The calls of a pass, in order. */
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
  test('set their bindings, and pipelines only on change', () => {
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

  test('of a part begin by setting their pipeline', () => {
    expect(calls((pass) => encodeCommands(pass, COMMANDS, 3, 4))).toEqual([
      ['pipeline', 'b'],
      ['bind', 0, 'bindings 3'],
      ['dispatch', 3, 1, 2],
    ]);
  });

  test('set a bind group only on change, and offsets for every dispatch with them', () => {
    const kernel = { pipeline: 'fixed', dynamicPipeline: 'dynamic' };
    const dispatch = (bindGroup: string, offsets?: readonly number[]): Dispatch =>
      ({ kernel, bindGroup, offsets, workgroups: [1, 1, 1] }) as unknown as Dispatch;
    const dispatches = [
      ...[dispatch('a'), dispatch('a'), dispatch('b'), dispatch('a')],
      ...[dispatch('c', [256]), dispatch('c', [512]), dispatch('c', [512, 64])],
    ];
    const commands = recordCommands([{ name: 'all', dispatches }]);
    const told = calls((pass) => encodeCommands(pass, commands));
    expect(told.filter(([call]) => call !== 'dispatch')).toEqual([
      ['pipeline', 'fixed'],
      ['bind', 0, 'a'],
      ['bind', 0, 'b'],
      ['bind', 0, 'a'],
      ['pipeline', 'dynamic'],
      ['bind', 0, 'c', [256]],
      ['bind', 0, 'c', [512]],
      ['bind', 0, 'c', [512, 64]],
    ]);
    expect(told.filter(([call]) => call === 'dispatch').length).toBe(dispatches.length);
  });

  test('of a repeated dispatch are one object', () => {
    const stage = { name: 'again', dispatches: DISPATCHES };
    const commands = recordCommands([stage, stage]);
    expect(commands.length).toBe(2 * DISPATCHES.length);
    expect(new Set(commands).size).toBe(DISPATCHES.length);
  });
});
