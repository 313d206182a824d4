/** A named part of the work. When timed, it is one compute pass and one span. */
import type { Dispatch } from './kernel';
import type { StageTimer } from './timing';

export interface Stage {
  readonly name: string;
  readonly dispatches: readonly Dispatch[];
}

function encodeDispatch(pass: GPUComputePassEncoder, dispatch: Dispatch): void {
  const [x, y, z] = dispatch.workgroups;
  pass.setPipeline(dispatch.kernel.pipeline);
  pass.setBindGroup(0, dispatch.bindGroup);
  pass.dispatchWorkgroups(x, y, z);
}

/** Encodes stages as one pass, or as one timed pass each. */
export function encodeStages(
  encoder: GPUCommandEncoder,
  stages: readonly Stage[],
  timer?: StageTimer,
): void {
  if (!timer) {
    const pass = encoder.beginComputePass();
    for (const stage of stages) {
      for (const dispatch of stage.dispatches) encodeDispatch(pass, dispatch);
    }
    pass.end();
    return;
  }
  for (const stage of stages) {
    const pass = encoder.beginComputePass(timer.span(stage.name));
    for (const dispatch of stage.dispatches) encodeDispatch(pass, dispatch);
    pass.end();
  }
}

/** Number of dispatches in `stages`. */
export function countDispatches(stages: readonly Stage[]): number {
  return stages.reduce((sum, stage) => sum + stage.dispatches.length, 0);
}

/** Cuts stages into `parts` runs of about as many dispatches each, for submissions of bounded time. */
export function splitStages(stages: readonly Stage[], parts: number): Stage[][] {
  const total = countDispatches(stages);
  const limit = Math.max(1, Math.ceil(total / parts));
  const runs: Stage[][] = [[]];
  let filled = 0;
  for (const stage of stages) {
    let rest = stage.dispatches;
    while (rest.length > 0) {
      if (filled === limit) {
        runs.push([]);
        filled = 0;
      }
      const taken = rest.slice(0, limit - filled);
      runs.at(-1)!.push({ name: stage.name, dispatches: taken });
      filled += taken.length;
      rest = rest.slice(taken.length);
    }
  }
  return runs;
}
