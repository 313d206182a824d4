/**
 * Submits iterations, several ahead of their reports, each split so that no submission takes too
 * long.
 */
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
import { cutEvenly, cutWithin, spreadOverDispatches } from './cut-submissions';

/** Target for the device time of a submission: browsers and Windows kill those of a few seconds. */
const TARGET_MILLISECONDS = 100;
/** Submissions of an iteration before times are measured, and the most dispatches of one. */
const UNMEASURED_PARTS = 64;
const UNMEASURED_DISPATCHES = 256;
/**
 * An iteration that takes this many times as long as the measured one is followed by a new
 * measurement.
 */
const DRIFT = 2;

/** Iterations that can be in flight, that is, submitted and not yet reported. */
export const MOST_IN_FLIGHT = 3;
/**
 * Time limit of a later iteration, in multiples of the longest one so far; the patience is added.
 */
const SLACK = 10;

/** Watches for work that does not end. */
export interface Watch {
  readonly patience: Patience;
  /** Dispatches of the first iteration that are watched; later kernels may take long to compile. */
  readonly dispatches: number;
  /** Called after each wait within an iteration; throws if nothing must be submitted any more. */
  readonly check?: () => void;
}

/** A submitted iteration. */
interface Pending {
  /** Number of its readback buffer. */
  readonly turn: number;
  /** Host time spent encoding and submitting. */
  readonly milliseconds: number;
  /** Times its submissions; undefined if they are not measured. */
  readonly timer: SubmissionTimer | undefined;
}

/** The bytes that an iteration returns. */
export interface RawReport {
  readonly bytes: ArrayBuffer;
  /** Host time spent encoding and submitting the iteration. */
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
  /** The longest time between two reports, in milliseconds. */
  private longest = 0;
  /** The watched part of the first iteration, until it is reported. */
  private first: { readonly end: number; readonly work: FirstWork } | undefined;

  /**
   * @param stages stages of one iteration, whose kernels must be compiled before the first is
   * submitted
   * @param reports tensor that is read back after each iteration
   * @param watch watches for work that does not end; by default nothing is watched
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

  /** Submitted iterations whose reports are not read yet. */
  get inFlight(): number {
    return this.pending.length;
  }

  /** Whether another iteration can be submitted before a report is read. */
  get hasRoom(): boolean {
    return this.pending.length < (this.lastReport === undefined ? 1 : this.ring.size);
  }

  /**
   * Submits one iteration. Resolves at once, unless the device must catch up first.
   * @param encodeBefore encodes commands that run before it, in its first submission
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
   * @throws GpuError if the device does not return within the time limit.
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
    // If the host was busy for most of the time, the time is not the device's.
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

  /** The ends of submissions, with one more before each host step. */
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

  /** The caller that awaits the submission reports the reason. */
  private checkAlive(): void {
    if (this.destroyed) throw new Error('the scheduler is destroyed');
    this.watch?.check?.();
  }

  /** Awaits the bytes of a report within the time limit. */
  private async watched(bytes: Promise<ArrayBuffer>): Promise<ArrayBuffer> {
    if (!this.watch) return bytes;
    if (this.first) {
      // The first work reports a failure of the device.
      bytes.catch(() => {});
      await this.first.work.settled();
      this.first = undefined;
      return bytes;
    }
    return this.limited(bytes);
  }

  /** Awaits a result of a later iteration within the time limit. */
  private async limited<T>(promise: Promise<T>): Promise<T> {
    if (!this.watch) return promise;
    const { patience } = this.watch;
    const milliseconds = patience.milliseconds + SLACK * this.longest;
    return withPatience(this.gpu, promise, { ...patience, milliseconds });
  }

  /** Waits for the device in the middle of an iteration, within the time limit. */
  private async catchUp(room: Promise<void>): Promise<void> {
    if (this.first) await Promise.race([room, this.first.work.settled()]);
    // Drivers compile within the first iteration, which may take any time.
    await (this.first ? room : this.limited(room));
    this.checkAlive();
  }

  /** The first iteration is not measured, since drivers compile within it. */
  private get wantsTimes(): boolean {
    const timing = this.pending.some(({ timer }) => timer !== undefined);
    return this.costs === undefined && this.lastReport !== undefined && !timing;
  }

  /** @returns the number of the readback buffer */
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

  /** Splits the following iterations by the times of this one's submissions. */
  private learn(times: readonly number[]): void {
    this.costs = spreadOverDispatches(this.ends, times);
    this.adapt(sum(this.costs));
  }

  /** Splits the following iterations by the time that this one took. */
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
