/** Submits iterations, several ahead, each cut so that no submission keeps the device too long. */
import type { Tensor } from '../gpu/arena';
import type { Gpu } from '../gpu/device';
import { ReadbackRing } from '../gpu/readback';
import {
  type Command,
  encodeCommands,
  type HostStep,
  hostSteps,
  recordCommands,
  type Stage,
} from '../gpu/stage';
import { FirstWork, type Patience, withPatience } from '../gpu/stall';
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

/** Iterations that may be submitted before the report of the first of them is read. */
export const MOST_IN_FLIGHT = 3;
/** A later iteration may take so many times as long as the longest before it, and the patience. */
const SLACK = 10;

/** What is watched for work that does not end. */
export interface Watch {
  readonly patience: Patience;
  /** The first iteration's dispatches that are watched; the kernels behind them may take long to compile. */
  readonly dispatches: number;
}

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
  private hostSteps: ReadonlyMap<number, readonly HostStep[]> = new Map();
  /** Milliseconds of device time of each dispatch; undefined until they are measured. */
  private costs: Float64Array | undefined;
  private readonly pending: Pending[] = [];
  private lastReport: number | undefined;
  private reported = 0;
  private destroyed = false;
  /** Milliseconds between two reports, at most; of the first iteration until another is reported. */
  private longest = 0;
  /** Of the first iteration, until it is reported. */
  private first: { readonly end: number; readonly work: FirstWork } | undefined;

  /**
   * @param stages of one iteration; their kernels are compiled when the first is submitted
   * @param reports what is read back after each iteration
   * @param watch nothing is watched without it
   */
  constructor(
    private readonly gpu: Gpu,
    private readonly stages: readonly Stage[],
    reports: Tensor,
    private readonly watch?: Watch,
  ) {
    this.ring = new ReadbackRing(gpu, reports, MOST_IN_FLIGHT);
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

  /**
   * Submits one iteration; resolves at once, but where it is so long that the device has to catch up.
   * @param encodeBefore encodes what comes before it, in its first submission
   */
  async submit(encodeBefore?: (encoder: GPUCommandEncoder) => void): Promise<void> {
    const begin = performance.now() - this.throttle.waited;
    if (this.commands.length === 0) this.record();
    const timer = this.wantsTimes ? new SubmissionTimer(this.gpu) : undefined;
    const turn = await this.submitRuns(timer, encodeBefore);
    const end = performance.now() - this.throttle.waited;
    this.pending.push({ turn, timer, milliseconds: end - begin });
  }

  /**
   * The report of the oldest iteration in flight.
   * @throws GpuError where the watch finds that the device does not come back.
   */
  async report(): Promise<RawReport> {
    const { turn, timer, milliseconds } = this.pending.shift()!;
    const begin = performance.now();
    const bytes = await this.watched(this.ring.read(turn));
    const end = performance.now();
    const before = this.lastReport ?? begin;
    // Drivers compile within the first iteration.
    const known = this.reported > 1 ? this.longest : 0;
    this.longest = Math.max(known, end - before);
    this.reported += 1;
    if (timer) this.learn(await timer.collect());
    // Where the host was elsewhere for most of the time, the time is its own.
    else if (end - begin > begin - before) this.adapt(end - before);
    this.lastReport = end;
    return { bytes, milliseconds };
  }

  destroy(): void {
    this.destroyed = true;
    this.ring.destroy();
  }

  private record(): void {
    this.commands = recordCommands(this.stages);
    this.hostSteps = hostSteps(this.stages);
    this.ends = this.unmeasuredEnds();
    if (!this.watch) return;
    const { patience, dispatches } = this.watch;
    const end = this.ends.find((each) => each >= dispatches)!;
    this.first = { end, work: new FirstWork(this.gpu, patience) };
    this.first.work.compile(this.commands.slice(0, end));
  }

  private unmeasuredEnds(): number[] {
    return this.cut(cutEvenly(this.commands.length, UNMEASURED_PARTS, UNMEASURED_DISPATCHES));
  }

  /** Ends of submissions, and where host steps come in between. */
  private cut(ends: readonly number[]): number[] {
    const between = [...this.hostSteps.keys()].filter((end) => end > 0);
    return [...new Set([...ends, ...between])].sort((a, b) => a - b);
  }

  private async runHostSteps(end: number): Promise<void> {
    for (const step of this.hostSteps.get(end) ?? []) {
      await step();
      this.checkAlive();
    }
  }

  /** Whoever awaits the submission says why. */
  private checkAlive(): void {
    if (this.destroyed) throw new Error('the scheduler is destroyed');
  }

  /** The bytes of a report, unless the device does not come back. */
  private async watched(bytes: Promise<ArrayBuffer>): Promise<ArrayBuffer> {
    if (!this.watch) return bytes;
    if (this.first) {
      // A failure of the device is that of the first work too.
      bytes.catch(() => {});
      await this.first.work.settled();
      this.first = undefined;
      return bytes;
    }
    return this.limited(bytes);
  }

  /** What a later iteration waits for, unless it takes too long. */
  private async limited<T>(promise: Promise<T>): Promise<T> {
    if (!this.watch) return promise;
    const { patience } = this.watch;
    const milliseconds = patience.milliseconds + SLACK * this.longest;
    return withPatience(this.gpu, promise, { ...patience, milliseconds });
  }

  /** Waits for the device within an iteration, unless it does not come back. */
  private async catchUp(room: Promise<void>): Promise<void> {
    if (this.first) await Promise.race([room, this.first.work.settled()]);
    // Drivers compile within the first iteration, which may take any time.
    await (this.first ? room : this.limited(room));
    this.checkAlive();
  }

  /** The first iteration shows nothing: drivers compile within it. */
  private get wantsTimes(): boolean {
    const timing = this.pending.some(({ timer }) => timer !== undefined);
    return this.costs === undefined && this.lastReport !== undefined && !timing;
  }

  /** @returns the ring's turn */
  private async submitRuns(
    timer: SubmissionTimer | undefined,
    encodeBefore?: (encoder: GPUCommandEncoder) => void,
  ): Promise<number> {
    const { device } = this.gpu;
    let turn = 0;
    let begin = 0;
    if (this.hostSteps.has(0)) await this.runHostSteps(0);
    for (const end of this.ends) {
      const encoder = device.createCommandEncoder();
      if (begin === 0) encodeBefore?.(encoder);
      const pass = encoder.beginComputePass();
      encodeCommands(pass, this.commands, begin, end);
      pass.end();
      if (end === this.commands.length) turn = this.ring.copy(encoder);
      device.queue.submit([encoder.finish()]);
      timer?.submitted();
      if (end === this.first?.end) this.first.work.end();
      const room = this.throttle.submitted(end - begin);
      if (room) await this.catchUp(room);
      if (this.hostSteps.has(end)) await this.runHostSteps(end);
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
      this.ends = this.cut(cutWithin(this.costs, (TARGET_MILLISECONDS * measured) / milliseconds));
    }
  }
}

function sum(values: Float64Array): number {
  return values.reduce((total, value) => total + value, 0);
}
