/** The iterations of a run: submitted ahead of their reports, one loop over them at a time. */
import type { Sizes } from '../config/sizes';
import type { Tensor } from '../gpu/arena';
import type { Gpu } from '../gpu/device';
import { type Precompiler, precompile } from '../gpu/precompile';
import { firstDispatches, type Stage } from '../gpu/stage';
import { type AbortSignalLike, untilAborted } from './abort-signal';
import { guard } from './guard';
import type { Lifecycle } from './lifecycle';
import type { IterationReport } from './metrics';
import type { RecentStates, StateTensors } from './recent-states';
import type { ReportedWorld } from './report';
import { type ReportCounters, Reporter } from './reporter';
import { Scheduler, type Watch } from './scheduler';

export interface LoopOptions<Tensors extends StateTensors<Tensors>> {
  readonly sizes: Sizes;
  /** Stages of one iteration. */
  readonly stages: readonly Stage[];
  /** What is read back after each iteration. */
  readonly reports: Tensor;
  /** Whose games and own metrics are reported, too. */
  readonly world?: ReportedWorld | undefined;
  /** Copies of the state after the latest iterations. */
  readonly states: RecentStates<Tensors>;
  readonly watch: Watch;
  readonly life: Lifecycle;
  readonly signal: AbortSignalLike | undefined;
  /** Updates skipped in a row that end the run; 0 for never. */
  readonly maxSkippedUpdates: number;
  /** Most iterations that are submitted before a report is read; default as many as possible. */
  readonly mostInFlight?: number | undefined;
}

export class Loop<Tensors extends StateTensors<Tensors>> {
  private readonly scheduler: Scheduler;
  private readonly reporter: Reporter;
  private submitted = 0;
  private maxSkippedUpdates: number;
  private stopping = false;
  /** Settles when nothing submits or reads iterations. */
  private idle: Promise<unknown> = Promise.resolve();
  /** Compiles kernels on helper devices during the first iteration. */
  private precompiler: Precompiler | undefined;

  constructor(
    private readonly gpu: Gpu,
    private readonly options: LoopOptions<Tensors>,
  ) {
    const { stages, reports, sizes, watch, world } = options;
    this.scheduler = new Scheduler(gpu, stages, reports, watch);
    this.reporter = new Reporter(sizes, world);
    this.maxSkippedUpdates = options.maxSkippedUpdates;
  }

  /** Calls `action` when neither the next report nor another action is awaited. */
  exclusively<T>(action: () => Promise<T>): Promise<T> {
    const result = this.idle.then(action);
    // Whoever awaits the result gets the error.
    this.idle = result.catch(() => {});
    return result;
  }

  /** See `Trainer`. */
  async *iterate(): AsyncGenerator<IterationReport, void, undefined> {
    const endLoop = this.options.life.beginLoop();
    try {
      this.reporter.start();
      this.precompiler ??= this.precompile();
      for (;;) {
        const report = await this.exclusively(() => this.next());
        if (!report) return;
        this.precompiler.end();
        yield report;
        guard(report.iteration, report.agents, this.maxSkippedUpdates);
      }
    } finally {
      endLoop();
      // A process must not end while a helper still compiles.
      await this.settled();
    }
  }

  /** See `Trainer`. */
  stop(): void {
    this.stopping = true;
  }

  /** Resolves when no helper device compiles any more. */
  async settled(): Promise<void> {
    await this.precompiler?.end();
  }

  /** The tensors of the state as they are after the iteration that was reported last. */
  get reported(): Tensors {
    return this.options.states.after(this.reporter.count);
  }

  /** The same before the iteration that was reported last; after it, if none was reported yet. */
  get before(): Tensors {
    return this.options.states.after(this.countersBefore.iteration);
  }

  /** The host's counters before the iteration that was reported last. */
  get countersBefore(): ReportCounters {
    return this.reporter.countersBefore;
  }

  /** The host's counters as of the last report. */
  get counters(): ReportCounters {
    return this.reporter.counters;
  }

  /** Waits for the iterations in flight and drops their reports. */
  async drain(): Promise<void> {
    while (this.scheduler.inFlight > 0) await this.options.life.outlive(this.scheduler.report());
  }

  /**
   * Discards the iterations in flight and brings back the state after the last report. It must be
   * called within `exclusively`, together with what depends on it.
   * @returns whether there were any
   */
  async rewind(): Promise<boolean> {
    const { states, life } = this.options;
    const { count } = this.reporter;
    if (this.submitted === count) return false;
    await this.drain();
    life.check();
    states.bringBack(this.gpu, count);
    this.submitted = count;
    return true;
  }

  /**
   * Changes what the host counts to.
   * @param iterations of the whole run; must not be below those reported
   * @param maxSkippedUpdates see `LoopOptions`
   */
  limit(iterations: number, maxSkippedUpdates: number): void {
    this.reporter.iterations = iterations;
    this.maxSkippedUpdates = maxSkippedUpdates;
  }

  /** Continues from the counters of another run, whose state the tensors hold. */
  restore(counters: ReportCounters): void {
    this.options.states.forget();
    this.reporter.restore(counters);
    this.submitted = counters.iteration;
  }

  /** Encodes a copy of the newest state, before something other than an iteration changes it. */
  keep(encoder: GPUCommandEncoder): void {
    this.options.states.keep(encoder, this.submitted);
  }

  destroy(): void {
    this.precompiler?.end();
    this.scheduler.destroy();
  }

  private get wantsMore(): boolean {
    return !this.stopping && this.submitted < this.reporter.iterations;
  }

  private get hasRoom(): boolean {
    const { mostInFlight = Number.POSITIVE_INFINITY } = this.options;
    return this.scheduler.hasRoom && this.scheduler.inFlight < mostInFlight;
  }

  /** The next report; undefined after the last one. */
  private async next(): Promise<IterationReport | undefined> {
    const { life, signal } = this.options;
    if (!this.wantsMore && this.scheduler.inFlight === 0) return undefined;
    signal?.throwIfAborted();
    life.check();
    while (this.wantsMore && this.hasRoom) {
      await untilAborted(life.outlive(this.submit()), signal);
    }
    const report = life.outlive(this.scheduler.report());
    return this.reporter.report(await untilAborted(report, signal));
  }

  private async submit(): Promise<void> {
    await this.scheduler.submit((encoder) => this.keep(encoder));
    this.submitted += 1;
  }

  private precompile(): Precompiler {
    const kernels = [...firstDispatches(this.options.stages).keys()];
    return precompile(
      this.gpu,
      kernels.map(({ portable }) => portable!),
    );
  }
}
