/** A named part of the work. When timed, it is one compute pass and one span. */
import type { Dispatch, Kernel } from './kernel';
import type { StageTimer } from './timing';

export interface Stage {
  readonly name: string;
  readonly dispatches: readonly Dispatch[];
}

/** A dispatch as the encoder takes it, so that the loop looks nothing up. */
export interface Command {
  readonly pipeline: GPUComputePipeline;
  readonly bindGroup: GPUBindGroup;
  /** Workgroups. */
  readonly x: number;
  readonly y: number;
  readonly z: number;
}

/**
 * All dispatches of the stages, in order.
 * @throws Error when a kernel is not compiled yet.
 */
export function recordCommands(stages: readonly Stage[]): Command[] {
  return stages.flatMap(({ dispatches }) =>
    dispatches.map(({ kernel: { pipeline }, bindGroup, workgroups: [x, y, z] }) => {
      return { pipeline, bindGroup, x, y, z };
    }),
  );
}

/** Encodes the commands from `begin` to before `end`; a pipeline is set where it changes. */
export function encodeCommands(
  pass: GPUComputePassEncoder,
  commands: readonly Command[],
  begin = 0,
  end = commands.length,
): void {
  let current: GPUComputePipeline | undefined;
  for (let index = begin; index < end; index++) {
    const { pipeline, bindGroup, x, y, z } = commands[index]!;
    if (pipeline !== current) pass.setPipeline(pipeline);
    current = pipeline;
    pass.setBindGroup(0, bindGroup);
    pass.dispatchWorkgroups(x, y, z);
  }
}

/** The stages' kernels, each once, with its first dispatch, in that order. */
export function firstDispatches(stages: readonly Stage[]): ReadonlyMap<Kernel, Dispatch> {
  const firsts = new Map<Kernel, Dispatch>();
  for (const dispatch of stages.flatMap(({ dispatches }) => dispatches)) {
    if (!firsts.has(dispatch.kernel)) firsts.set(dispatch.kernel, dispatch);
  }
  return firsts;
}

/** Encodes stages as one pass, or as one timed pass each. */
export function encodeStages(
  encoder: GPUCommandEncoder,
  stages: readonly Stage[],
  timer?: StageTimer,
): void {
  const encode = (part: readonly Stage[], descriptor?: GPUComputePassDescriptor): void => {
    const pass = encoder.beginComputePass(descriptor);
    encodeCommands(pass, recordCommands(part));
    pass.end();
  };
  if (!timer) encode(stages);
  else for (const stage of stages) encode([stage], timer.span(stage.name));
}
