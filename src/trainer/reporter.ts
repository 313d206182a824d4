/** Turns what comes back of an iteration into its report. */
import type { Sizes } from '../config/sizes';
import { agentMetrics, type IterationReport, RecentEpisodes } from './metrics';
import { unpackReports } from './report';
import type { RawReport } from './scheduler';

export class Reporter {
  private readonly recent: readonly RecentEpisodes[];
  private begin: number | undefined;
  /** Iterations that are reported. */
  count = 0;

  constructor(private readonly sizes: Sizes) {
    this.recent = Array.from({ length: sizes.agents }, () => new RecentEpisodes());
  }

  /** Seconds are counted from the first call. */
  start(): void {
    this.begin ??= performance.now();
  }

  /** The report of the next iteration. */
  report({ bytes, milliseconds }: RawReport): IterationReport {
    const begin = performance.now();
    this.count += 1;
    const { agents, batch, iterations } = this.sizes;
    const metrics = unpackReports(bytes, agents).map((report, agent) =>
      agentMetrics(report, this.recent[agent]!),
    );
    const timesteps = this.count * batch;
    const end = performance.now();
    const seconds = (end - this.begin!) / 1000;
    return {
      iteration: this.count,
      iterations,
      timesteps,
      seconds,
      'charts/SPS': (timesteps * agents) / seconds,
      'charts/host_milliseconds': milliseconds + end - begin,
      agents: metrics,
    };
  }
}
