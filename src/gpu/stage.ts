/** Stages: named parts of the work. When timed, each is one compute pass and one span. */
import type { Dispatch, Kernel } from './kernel';
import type { StageTimer } from './timing';

/** Work of the host between two submissions, such as a sum over processes. */
export type HostStep = () => Promise<void>;

export interface Stage {
  readonly name: string;
  readonly dispatches: readonly Dispatch[];
  /**
   * Called after the dispatches are submitted; they need not have run yet, since reads and writes
   * through the queue keep their order. Later stages are submitted after it resolves.
   */
  readonly host?: HostStep | undefined;
}

/** The host steps of stages by the number of dispatches before them, in order. */
export function hostSteps(stages: readonly Stage[]): ReadonlyMap<number, readonly HostStep[]> {
  const steps = new Map<number, HostStep[]>();
  let index = 0;
  for (const { dispatches, host } of stages) {
    index += dispatches.length;
    if (host) steps.set(index, [...(steps.get(index) ?? []), host]);
  }
  return steps;
}

/** A dispatch with everything looked up that the encoder needs. */
export interface Command {
  readonly pipeline: GPUComputePipeline;
  readonly bindGroup: GPUBindGroup;
  /** Dynamic offsets; undefined if the group fixes them. */
  readonly offsets: readonly number[] | undefined;
  /** Workgroups. */
  readonly x: number;
  readonly y: number;
  readonly z: number;
}

function recordCommand({ kernel, bindGroup, offsets, workgroups: [x, y, z] }: Dispatch): Command {
  const pipeline = offsets ? kernel.dynamicPipeline : kernel.pipeline;
  return { pipeline, bindGroup, offsets, x, y, z };
}

/**
 * All dispatches of the stages, in order; a repeated dispatch is one command object.
 * @throws Error if a kernel is not compiled yet.
 */
export function recordCommands(stages: readonly Stage[]): Command[] {
  const known = new Map<Dispatch, Command>();
  const commands: Command[] = [];
  for (const { dispatches } of stages) {
    for (const dispatch of dispatches) {
      const command = known.get(dispatch) ?? recordCommand(dispatch);
      known.set(dispatch, command);
      commands.push(command);
    }
  }
  return commands;
}

/** Encodes the commands `begin` … `end - 1`; sets pipelines and bind groups only on change. */
export function encodeCommands(
  pass: GPUComputePassEncoder,
  commands: readonly Command[],
  begin = 0,
  end = commands.length,
): void {
  let current: Command | undefined;
  for (let index = begin; index < end; index++) {
    const command = commands[index]!;
    const { pipeline, bindGroup, offsets, x, y, z } = command;
    if (pipeline !== current?.pipeline) pass.setPipeline(pipeline);
    if (offsets) pass.setBindGroup(0, bindGroup, offsets);
    else if (bindGroup !== current?.bindGroup) pass.setBindGroup(0, bindGroup);
    current = command;
    pass.dispatchWorkgroups(x, y, z);
  }
}

/** The stages' kernels, each with its first dispatch, in the order of those. */
export function firstDispatches(stages: readonly Stage[]): ReadonlyMap<Kernel, Dispatch> {
  const firsts = new Map<Kernel, Dispatch>();
  for (const { dispatches } of stages) {
    for (const dispatch of dispatches) {
      if (!firsts.has(dispatch.kernel)) firsts.set(dispatch.kernel, dispatch);
    }
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
