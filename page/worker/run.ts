/** One run: iterations through the gate, changes between them, a checkpoint now and then. */
import { episodeHistograms, type PpoConfig, type Trainer } from '../../src/index';
import type { Change, News, Status } from '../messages';
import { fingerprintOf } from './fingerprint';
import type { Gate } from './gate';
import { Reports } from './reports';
import { Stopwatch } from './stopwatch';
import type { Timeline } from './timeline';

/** Milliseconds between two checkpoints that a lost device is restored from. */
const CHECKPOINT_INTERVAL = 5000;
const RETURNS = 'charts/episodic_return_histogram';

/** Where a run stands when it begins, or goes on. */
export interface RunStart {
  /** Iterations that are finished. */
  readonly iteration: number;
  /** Seconds of training so far. */
  readonly active: number;
  /** Changes that act on the way. */
  readonly changes: readonly Change[];
}

/** What a run that lost its device goes on from. */
export interface Recovery extends RunStart {
  readonly checkpoint: Uint8Array;
}

/** What surrounds a run, and outlives it where its device is lost. */
export interface Surroundings {
  readonly gate: Gate;
  readonly timeline: Timeline;
  readonly tell: (news: News) => void;
  /** Called with each checkpoint, and the iterations that it has. */
  readonly keep: (checkpoint: Uint8Array, iteration: number) => void;
}

export class Run {
  /** Iterations that are finished. */
  iteration: number;
  private readonly reports: Reports;
  private readonly watch: Stopwatch;
  private readonly wanted: Partial<PpoConfig>[] = [];
  private changes: readonly Change[];
  private saved: Recovery | undefined;
  private savedAt = 0;
  private ended = false;
  /** A moment that is being kept. */
  private moment: Promise<void> | undefined;
  private readonly gate: Gate;
  private readonly timeline: Timeline;
  private readonly tell: Surroundings['tell'];
  private readonly keep: Surroundings['keep'];

  constructor(
    readonly trainer: Trainer,
    start: RunStart,
    { gate, timeline, tell, keep }: Surroundings,
  ) {
    this.gate = gate;
    this.timeline = timeline;
    this.tell = tell;
    this.keep = keep;
    this.iteration = start.iteration;
    this.changes = start.changes;
    this.reports = new Reports(tell);
    this.watch = new Stopwatch(start.active);
  }

  /** What the run can be restored from on another device; undefined before it has begun. */
  get recovery(): Recovery | undefined {
    return this.saved && { ...this.saved, changes: this.changes };
  }

  /** Trains until `end`, through pauses and beyond the last iteration if that is moved. */
  async train(): Promise<void> {
    try {
      await this.saveRecovery();
      await this.keepMoment();
      while (!this.ended) await this.proceed();
    } finally {
      await this.moment;
      // Later, they would be taken for reports of the next run.
      this.reports.flush();
    }
  }

  /** Ends training after the iteration at hand. */
  end(): void {
    this.ended = true;
    this.trainer.stop();
    this.gate.knock();
  }

  /** Changes fields before the next iteration. */
  change(config: Partial<PpoConfig>): void {
    this.wanted.push(config);
    this.gate.knock();
  }

  /** Trains until something stops it, or rests where nothing is to be done. */
  private async proceed(): Promise<void> {
    await this.applyChanges();
    if (this.gate.isClosed) await this.rest('paused');
    else if (await this.iterate()) await this.rest('finished');
  }

  /** @returns whether the last iteration is finished */
  private async iterate(): Promise<boolean> {
    this.say('training');
    this.watch.start();
    let isLast = true;
    for await (const report of this.trainer) {
      this.iteration = report.iteration;
      this.reports.add(report, this.watch.seconds);
      this.gate.passed();
      await this.applyChanges();
      if (performance.now() - this.savedAt > CHECKPOINT_INTERVAL) await this.saveRecovery();
      if (this.timeline.isDue(performance.now())) this.keepMomentAside();
      isLast = report.iteration === report.iterations;
      if (this.ended || this.gate.isClosed) break;
    }
    this.watch.stop();
    return isLast && !this.ended;
  }

  /** Waits for somebody to change something. */
  private async rest(status: 'paused' | 'finished'): Promise<void> {
    if (this.ended || this.wanted.length > 0) return;
    const changed = this.gate.changed();
    this.say(status);
    await this.moment;
    if (this.timeline.iterations.at(-1) !== this.iteration) await this.keepMoment();
    if (this.saved?.iteration !== this.iteration) await this.saveRecovery();
    const hash = await fingerprintOf(await this.trainer.parameters());
    this.tell({ type: 'fingerprint', iteration: this.iteration, hash });
    await changed;
  }

  private say(status: Status): void {
    this.reports.flush();
    this.tell({ type: 'status', status });
  }

  private async saveRecovery(): Promise<void> {
    const { iteration } = this;
    const active = this.watch.seconds;
    const checkpoint = await this.trainer.save();
    this.saved = { checkpoint, iteration, active, changes: [] };
    this.savedAt = performance.now();
    this.keep(checkpoint, iteration);
  }

  /** Keeps a moment while training goes on. */
  private keepMomentAside(): void {
    // What fails here fails training, too, which reports it.
    this.moment ??= this.keepMoment()
      .catch(() => {})
      .finally(() => {
        this.moment = undefined;
      });
  }

  /** Keeps the policy for the view, and tells the returns of the iteration just finished. */
  private async keepMoment(): Promise<void> {
    const { trainer, timeline, iteration } = this;
    // The device copies both before later iterations.
    const [policy, snapshot] = await Promise.all([trainer.policy(), trainer.snapshot()]);
    timeline.keep(iteration, policy, performance.now());
    const histograms = episodeHistograms(snapshot, { iteration, timesteps: 0 });
    const found = histograms.find(({ name, agent }) => agent === 0 && name === RETURNS);
    const { iterations } = timeline;
    this.tell({ type: 'moment', iterations, returns: Array.from(found?.values ?? []) });
  }

  /** Those that were planned for this iteration, and those that somebody wants now. */
  private async applyChanges(): Promise<void> {
    const { iteration } = this;
    const planned = plannedAt(iteration, this.changes);
    if (this.differs(planned)) await this.apply(planned, false);
    while (this.wanted.length > 0) {
      const config = this.wanted.shift()!;
      const isPossible = await this.apply(config, true);
      if (isPossible) this.changes = [...this.changes, { after: iteration, config }];
    }
  }

  private differs(config: Partial<PpoConfig>): boolean {
    const entries = Object.entries(config) as [keyof PpoConfig, unknown][];
    const now = this.trainer.config;
    return entries.some(([key, value]) => JSON.stringify(now[key]) !== JSON.stringify(value));
  }

  /** @returns whether the change was possible */
  private async apply(config: Partial<PpoConfig>, isNew: boolean): Promise<boolean> {
    const { trainer, iteration } = this;
    try {
      await trainer.setHyperparameters(config);
      const change = { after: iteration, config };
      this.tell({ type: 'changed', change, isNew, config: trainer.config });
      return true;
    } catch (error) {
      if (!(error instanceof Error) || error.name !== 'ConfigError') throw error;
      this.tell({ type: 'refused', message: error.message, config: trainer.config });
      return false;
    }
  }
}

/** The fields that change after an iteration; of several changes of one field, the last counts. */
function plannedAt(iteration: number, changes: readonly Change[]): Partial<PpoConfig> {
  const planned = changes.filter(({ after }) => after === iteration);
  return Object.assign({}, ...planned.map(({ config }) => config));
}
