/** Decides what of a run is written when: logs always, checkpoints now and then, the best one. */

import { episodeHistograms } from '../logging/episode-histogram';
import type { LogEntry, LogPlace } from '../logging/logger';
import type { Evaluation, IterationReport } from '../trainer/metrics';
import type { TrainerSnapshot } from '../trainer/snapshot';
import { meanReturnOf } from '../trainer/stop-conditions';

/** Milliseconds between two checkpoints without --save-interval. */
const USUAL_INTERVAL = 30_000;

/** A run folder that is open for writing. */
export interface OpenRun {
  readonly path: string;
  log(entry: LogEntry): void;
  /** @returns the path of the file */
  writeCheckpoint(iteration: number, bytes: Uint8Array): Promise<string>;
  writeBest(bytes: Uint8Array): Promise<string>;
  writeFault(bytes: Uint8Array): Promise<string>;
  writeSummary(summary: object): Promise<void>;
  close(): Promise<void>;
}

/** The part of a trainer that is saved. */
export interface Saver {
  snapshot(): Promise<TrainerSnapshot>;
  snapshotBefore(): Promise<TrainerSnapshot>;
  save(snapshot: TrainerSnapshot): Promise<Uint8Array>;
}

export interface RunKeeperOptions {
  readonly run: OpenRun;
  readonly trainer: Saver;
  /** Iterations between two checkpoints; undefined for about every 30 seconds. */
  readonly interval: number | undefined;
  /** Where the run begins or goes on. */
  readonly begin: LogPlace;
  /** The highest mean return of an earlier part of the run. */
  readonly bestReturn: number;
  /** Milliseconds. */
  now(): number;
  /** Tells the user something that does not end the run. */
  warn(text: string): void;
}

/** Writes what a run says. Anything that cannot be written is reported once; training goes on. */
export class RunKeeper {
  private place: LogPlace;
  private writing: Promise<void> = Promise.resolve();
  private savedIteration: number;
  private savedAt: number;
  private bestReturn: number;
  private faulty = false;
  /** No iteration follows. */
  private ended = false;
  private failure: Error | undefined;
  private fault: string | undefined;

  constructor(private readonly options: RunKeeperOptions) {
    this.place = options.begin;
    this.savedIteration = options.begin.iteration;
    this.bestReturn = options.bestReturn;
    this.savedAt = options.now();
  }

  /** Path of the run folder. */
  get path(): string {
    return this.options.run.path;
  }

  /** The first reason why a checkpoint could not be written. */
  get problem(): Error | undefined {
    return this.failure;
  }

  /** The file from which the latest faulty iteration can be played again. */
  get faultFile(): string | undefined {
    return this.fault;
  }

  /**
   * Logs an iteration and saves the run if it is time. Must be called in the body of the loop. It
   * waits only where the checkpoint before is not written yet.
   */
  async report(report: IterationReport): Promise<void> {
    const { iteration, timesteps } = report;
    this.place = { iteration, timesteps };
    this.options.run.log({ type: 'iteration', report });
    const faulty = report.agents.some(({ fault }) => fault !== null);
    if (faulty && !this.faulty) await this.saveFault();
    this.faulty = faulty;
    if (this.isDue(iteration)) await this.save(report);
  }

  note(text: string): void {
    this.options.run.log({ type: 'note', text, ...this.place });
  }

  evaluated(evaluation: Evaluation): void {
    this.options.run.log({ type: 'evaluation', evaluation, ...this.place });
  }

  /**
   * Saves the state after the last report, unless that is saved already, and waits for it. Whoever
   * calls this tells the user about the `problem`.
   */
  async finish(last: IterationReport | undefined): Promise<void> {
    this.ended = true;
    if (last && last.iteration !== this.savedIteration) await this.save(last);
    await this.writing;
  }

  /** Writes the result and all that was logged. */
  async end(summary: object, reason: 'finished' | 'stopped' | 'failed'): Promise<void> {
    const { run } = this.options;
    run.log({ type: 'end', reason, ...this.place });
    try {
      await run.writeSummary(summary);
    } finally {
      await run.close();
    }
  }

  /** Logs why the run cannot go on; waits for what is being written. Never rejects. */
  async fail({ message }: Error): Promise<void> {
    const { run, warn } = this.options;
    const before = this.failure;
    this.ended = true;
    await this.writing;
    if (this.failure && this.failure !== before) warn(this.failure.message);
    run.log({ type: 'end', reason: 'failed', text: message, ...this.place });
    await run.close();
  }

  private isDue(iteration: number): boolean {
    const { interval, now } = this.options;
    if (interval !== undefined) return iteration % interval === 0;
    return now() - this.savedAt >= USUAL_INTERVAL;
  }

  private async save(report: IterationReport): Promise<void> {
    const { run, trainer, now } = this.options;
    const place = this.place;
    // Asked for at once, so that it is the state after this report.
    const snapshot = trainer.snapshot();
    const meanReturn = meanReturnOf(report);
    this.savedIteration = report.iteration;
    this.savedAt = now();
    await this.write(async () => {
      const taken = await snapshot;
      for (const entry of episodeHistograms(taken, place)) run.log(entry);
      const bytes = await trainer.save(taken);
      await run.writeCheckpoint(report.iteration, bytes);
      if (!(meanReturn > this.bestReturn)) return;
      await run.writeBest(bytes);
      this.bestReturn = meanReturn;
    }, snapshot);
  }

  private async saveFault(): Promise<void> {
    const { run, trainer } = this.options;
    const snapshot = trainer.snapshotBefore();
    await this.write(async () => {
      this.fault = await run.writeFault(await trainer.save(await snapshot));
    }, snapshot);
  }

  /** Begins to write when the write before has ended. */
  private async write(action: () => Promise<void>, reading: Promise<unknown>): Promise<void> {
    // Whoever awaits the write gets the error.
    reading.catch(() => {});
    await this.writing;
    this.writing = action().catch((error: Error) => {
      if (!this.failure && !this.ended) this.options.warn(`${error.message}; training goes on`);
      this.failure ??= error;
    });
  }
}
