/** What a run has reported so far, in columns, as plots take them. */
import type { TimedReport } from '../messages';

/** A metric over a run. */
export type MetricName =
  | 'return'
  | 'length'
  | 'policyLoss'
  | 'valueLoss'
  | 'kl'
  | 'clipFraction'
  | 'entropy'
  | 'explainedVariance'
  | 'learningRate'
  | 'speed';

type Column = (number | null)[];

/** Seconds over which the speed is measured, at least. */
const SPEED_WINDOW = 0.5;

export class History {
  readonly steps: number[] = [];
  readonly seconds: number[] = [];
  readonly iterations: number[] = [];
  readonly metrics: Readonly<Record<MetricName, Column>> = {
    return: [],
    length: [],
    policyLoss: [],
    valueLoss: [],
    kl: [],
    clipFraction: [],
    entropy: [],
    explainedVariance: [],
    learningRate: [],
    speed: [],
  };
  /** Episodes that ended so far. */
  episodes = 0;
  private latest: TimedReport | undefined;

  get last(): TimedReport | undefined {
    return this.latest;
  }

  get length(): number {
    return this.steps.length;
  }

  add(report: TimedReport): void {
    const [agent] = report.agents;
    if (!agent) return;
    this.latest = report;
    this.steps.push(report.timesteps);
    this.seconds.push(report.active);
    this.iterations.push(report.iteration);
    this.episodes += agent.episodes.count;
    const values: Readonly<Record<MetricName, number>> = {
      return: agent['charts/episodic_return'],
      length: agent['charts/episodic_length'],
      policyLoss: agent['losses/policy_loss'],
      valueLoss: agent['losses/value_loss'],
      kl: agent['losses/approx_kl'],
      clipFraction: agent['losses/clipfrac'],
      entropy: agent['losses/entropy'],
      explainedVariance: agent['losses/explained_variance'],
      learningRate: agent['charts/learning_rate'],
      speed: this.speed(),
    };
    for (const [name, value] of Object.entries(values) as [MetricName, number][]) {
      this.metrics[name].push(Number.isFinite(value) ? value : null);
    }
  }

  /** Forgets what came after an iteration, from which the run goes on. */
  goBackTo(iteration: number): void {
    const found = this.iterations.findIndex((each) => each > iteration);
    if (found === -1) return;
    const columns: unknown[][] = [this.steps, this.seconds, this.iterations];
    for (const column of [...columns, ...Object.values(this.metrics)]) column.length = found;
  }

  clear(): void {
    this.goBackTo(-1);
    this.episodes = 0;
    this.latest = undefined;
  }

  /** Steps per second of all agents together over the last half second. */
  speed(): number {
    const { steps, seconds } = this;
    const last = steps.length - 1;
    const isEarlier = (at: number): boolean => seconds[last]! - seconds[at]! >= SPEED_WINDOW;
    let first = last - 1;
    while (first > 0 && !isEarlier(first)) first -= 1;
    const agents = this.latest?.agents.length ?? 1;
    if (first < 0) return Number.NaN;
    return (agents * (steps[last]! - steps[first]!)) / (seconds[last]! - seconds[first]!);
  }
}
