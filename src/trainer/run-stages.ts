/** Stages that run once, outside the loop. */
import type { Gpu } from '../gpu/device';
import { encodeStages, recordCommands, type Stage } from '../gpu/stage';
import { FirstWork, type Patience } from '../gpu/stall';
import type { StageTimer } from '../gpu/timing';

/** Submits the stages at once and waits for them. */
export async function runStages(
  gpu: Gpu,
  stages: readonly Stage[],
  timer?: StageTimer,
): Promise<void> {
  submitStages(gpu, stages, timer);
  await gpu.idle();
}

/**
 * The same for stages of which nobody knows yet whether they end.
 * @throws GpuError when they take longer than the patience lasts.
 */
export async function tryStages(
  gpu: Gpu,
  stages: readonly Stage[],
  patience: Patience,
): Promise<void> {
  const work = new FirstWork(gpu, patience);
  work.compile(recordCommands(stages));
  submitStages(gpu, stages);
  work.end();
  await work.settled();
}

function submitStages(gpu: Gpu, stages: readonly Stage[], timer?: StageTimer): void {
  const encoder = gpu.device.createCommandEncoder();
  encodeStages(encoder, stages, timer);
  timer?.resolve(encoder);
  gpu.device.queue.submit([encoder.finish()]);
}
