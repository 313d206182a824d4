/** Submits iterations, several ahead, each cut so that no submission keeps the device too long. */
import type { Tensor } from '../gpu/arena';
import type { Gpu } from '../gpu/device';
import { ReadbackRing } from '../gpu/readback';
import { type Command, encodeCommands, recordCommands, type Stage } from '../gpu/stage';
import { Throttle } from '../gpu/throttle';
import { SubmissionTimer } from '../gpu/timing';
import { cutEvenly, cutWithin, spreadOverDispatches } from './cuts';

/** Device time of one submission: browsers and Windows kill those of a few seconds. */
const TARGET_MILLISECONDS = 100;
/** Parts of an iteration while nothing is measured, and the most dispatches of one. */
const UNMEASURED_PARTS = 64;
const UNMEASURED_DISPATCHES = 256;
/** Where an iteration takes so many times more than the measured one, another is measured. */
const DRIFT = 2;

/** An iteration that is submitted. */
interface Pending {
  /** Of the ring. */
  readonly turn: number;
  /** Of the host, to encode and submit. */
  readonly milliseconds: number;
  /** Of its submissions, where they are measured. */
  readonly timer: SubmissionTimer | undefined;
}

/** What comes back of an iteration. */
export interface RawReport {
  readonly bytes: ArrayBuffer;
  /** Host time to encode and submit the iteration. */
  readonly milliseconds: number;
}

export class Scheduler {
  private readonly ring: ReadbackRing;
  private readonly throttle: Throttle;
  private commands: readonly Command[] = [];
  private ends: readonly number[] = [];
  /** Milliseconds of device time of each dispatch; undefined until they are measured. */
  private costs: Float64Array | undefined;
  private readonly pending: Pending[] = [];
  private lastReport: number | undefined;

  /**
   * @param stages of one iteration; their kernels are compiled when the first is submitted
   * @param reports what is read back after each iteration
   */
  constructor(
    private readonly gpu: Gpu,
    private readonly stages: readonly Stage[],
    reports: Tensor,
  ) {
    this.ring = new ReadbackRing(gpu, reports);
    this.throttle = new Throttle(gpu);
  }

  /** Iterations submitted whose reports are not read yet. */
  get inFlight(): number {
    return this.pending.length;
  }

  /** Whether another iteration may be submitted before a report is read. */
  get hasRoom(): boolean {
    return this.pending.length < (this.lastReport === undefined ? 1 : this.ring.size);
  }

  /** Submits one iteration; resolves at once, but where it is so long that the device has to catch up. */
  async submit(): Promise<void> {
    const begin = performance.now() - this.throttle.waited;
    if (this.commands.length === 0) this.record();
    const timer = this.wantsTimes ? new SubmissionTimer(this.gpu) : undefined;
    const turn = await this.submitRuns(timer);
    const end = performance.now() - this.throttle.waited;
    this.pending.push({ turn, timer, milliseconds: end - begin });
  }

  /** The report of the oldest iteration in flight. */
  async report(): Promise<RawReport> {
    const { turn, timer, milliseconds } = this.pending.shift()!;
    const begin = performance.now();
    const bytes = await this.ring.read(turn);
    const end = performance.now();
    const before = this.lastReport ?? begin;
    if (timer) this.learn(await timer.collect());
    // Where the host was elsewhere for most of the time, the time is its own.
    else if (end - begin > begin - before) this.adapt(end - before);
    this.lastReport = end;
    return { bytes, milliseconds };
  }

  destroy(): void {
    this.ring.destroy();
  }

  private record(): void {
    this.commands = recordCommands(this.stages);
    this.ends = this.unmeasuredEnds();
  }

  private unmeasuredEnds(): number[] {
    return cutEvenly(this.commands.length, UNMEASURED_PARTS, UNMEASURED_DISPATCHES);
  }

  /** The first iteration shows nothing: drivers compile within it. */
  private get wantsTimes(): boolean {
    const timing = this.pending.some(({ timer }) => timer !== undefined);
    return this.costs === undefined && this.lastReport !== undefined && !timing;
  }

  /** @returns the ring's turn */
  private async submitRuns(timer: SubmissionTimer | undefined): Promise<number> {
    const { device } = this.gpu;
    let turn = 0;
    let begin = 0;
    for (const end of this.ends) {
      const encoder = device.createCommandEncoder();
      const pass = encoder.beginComputePass();
      encodeCommands(pass, this.commands, begin, end);
      pass.end();
      if (end === this.commands.length) turn = this.ring.copy(encoder);
      device.queue.submit([encoder.finish()]);
      timer?.submitted();
      const room = this.throttle.submitted(end - begin);
      if (room) await room;
      begin = end;
    }
    return turn;
  }

  /** Cuts the following iterations by the times of this one's submissions. */
  private learn(times: readonly number[]): void {
    this.costs = spreadOverDispatches(this.ends, times);
    this.adapt(sum(this.costs));
  }

  /** Cuts the following iterations by the time that this one took. */
  private adapt(milliseconds: number): void {
    if (!this.costs) return;
    const measured = sum(this.costs);
    if (milliseconds > Math.max(TARGET_MILLISECONDS, DRIFT * measured)) {
      this.costs = undefined;
      this.ends = this.unmeasuredEnds();
    } else {
      this.ends = cutWithin(this.costs, (TARGET_MILLISECONDS * measured) / milliseconds);
    }
  }
}

function sum(values: Float64Array): number {
  return values.reduce((total, value) => total + value, 0);
}
