/** Submits iterations, several ahead, each cut so that no submission keeps the device too long. */
import type { Tensor } from '../gpu/arena';
import type { Gpu } from '../gpu/device';
import { ReadbackRing } from '../gpu/readback';
import { countDispatches, encodeStages, type Stage, splitStages } from '../gpu/stage';

/** Device time of one submission: browsers and Windows kill those of a few seconds. */
const TARGET_MILLISECONDS = 100;
/** Parts of the very first iteration, before anything is measured. */
const FIRST_PARTS = 64;

/** Parts that an iteration of this duration is cut into. */
export function partsFor(milliseconds: number, dispatches: number): number {
  return Math.min(dispatches, Math.max(1, Math.ceil(milliseconds / TARGET_MILLISECONDS)));
}

export class Scheduler {
  private readonly ring: ReadbackRing;
  private readonly dispatches: number;
  private parts: number;
  private runs: Stage[][];
  private readonly pending: number[] = [];
  private lastReport: number | undefined;

  /** @param reports what is read back after each iteration */
  constructor(
    private readonly gpu: Gpu,
    private readonly stages: readonly Stage[],
    reports: Tensor,
  ) {
    this.ring = new ReadbackRing(gpu, reports);
    this.dispatches = countDispatches(stages);
    this.parts = Math.min(FIRST_PARTS, this.dispatches);
    this.runs = splitStages(stages, this.parts);
  }

  /** Iterations submitted whose reports are not read yet. */
  get inFlight(): number {
    return this.pending.length;
  }

  /** Whether another iteration may be submitted before a report is read. */
  get hasRoom(): boolean {
    return this.pending.length < (this.lastReport === undefined ? 1 : this.ring.size);
  }

  /** Submits one iteration. */
  submit(): void {
    const { device } = this.gpu;
    for (const [index, run] of this.runs.entries()) {
      const encoder = device.createCommandEncoder();
      encodeStages(encoder, run);
      if (index === this.runs.length - 1) this.pending.push(this.ring.copy(encoder));
      device.queue.submit([encoder.finish()]);
    }
  }

  /** The report of the oldest iteration in flight. */
  async report(): Promise<ArrayBuffer> {
    const begin = this.lastReport ?? performance.now();
    const bytes = await this.ring.read(this.pending.shift()!);
    this.lastReport = performance.now();
    this.adapt(this.lastReport - begin);
    return bytes;
  }

  destroy(): void {
    this.ring.destroy();
  }

  /** Cuts the following iterations by the time that this one took. */
  private adapt(milliseconds: number): void {
    const parts = partsFor(milliseconds, this.dispatches);
    if (parts > this.parts || parts < this.parts / 2) {
      this.parts = parts;
      this.runs = splitStages(this.stages, parts);
    }
  }
}
