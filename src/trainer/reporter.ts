/** Turns the bytes that an iteration returns into its report. */
import type { Sizes } from '../config/sizes';
import { agentMetrics, type IterationReport, RecentEpisodes } from './metrics';
import { type ReportedWorld, unpackReports } from './report';
import type { RawReport } from './scheduler';
import type { TrainingCounters } from './snapshot';

export type ReportCounters = Omit<TrainingCounters, 'evaluations'>;

export class Reporter {
  private recent: readonly RecentEpisodes[];
  /** Time at which `secondsBefore` had passed; undefined before training begins. */
  private begin: number | undefined;
  private secondsBefore = 0;
  /** Seconds of training up to the latest report. */
  private seconds = 0;
  /** Iterations reported so far. */
  count = 0;
  /** Iterations of the whole run. */
  iterations: number;
  /** What `counters` were before the latest report. */
  countersBefore: ReportCounters;

  /** @param world whose games and own metrics are reported, too */
  constructor(
    private readonly sizes: Sizes,
    private readonly world: ReportedWorld = {},
  ) {
    this.iterations = sizes.iterations;
    this.recent = Array.from({ length: sizes.agents }, () => new RecentEpisodes());
    this.countersBefore = this.counters;
  }

  /** Seconds are counted from the first call. */
  start(): void {
    this.begin ??= performance.now();
  }

  /** The counters that a run needs to continue from here. */
  get counters(): ReportCounters {
    const recentEpisodes = this.recent.map(({ batches }) => batches);
    return { iteration: this.count, seconds: this.seconds, recentEpisodes };
  }

  /** Continues from the counters of another run. */
  restore({ iteration, seconds, recentEpisodes }: ReportCounters): void {
    this.count = iteration;
    this.secondsBefore = seconds;
    this.seconds = seconds;
    this.begin = undefined;
    this.recent = recentEpisodes.map((batches) => new RecentEpisodes(batches));
    this.countersBefore = this.counters;
  }

  /** The report of the next iteration. */
  report({ bytes, milliseconds }: RawReport): IterationReport {
    const begin = performance.now();
    this.countersBefore = this.counters;
    this.count += 1;
    const { agents, batch } = this.sizes;
    const reports = unpackReports(bytes, agents, this.world);
    const metrics = reports.map((report, agent) =>
      agentMetrics(report, this.recent[agent]!, this.world.metrics),
    );
    const timesteps = this.count * batch;
    const end = performance.now();
    const seconds = this.secondsBefore + (end - this.begin!) / 1000;
    this.seconds = seconds;
    return {
      iteration: this.count,
      iterations: this.iterations,
      timesteps,
      seconds,
      'charts/SPS': (timesteps * agents) / seconds,
      'charts/host_milliseconds': milliseconds + end - begin,
      agents: metrics,
    };
  }
}
