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

/** Where a run stands. */
export interface Standing {
  readonly iteration: number;
  /** Of the whole run. */
  readonly iterations: number;
  readonly steps: number;
  /** Of training, without pauses. */
  readonly seconds: number;
  readonly meanReturn: number | null;
}

export class History {
  readonly steps: number[] = [];
  readonly seconds: number[] = [];
  readonly iterations: number[] = [];
  /** Iterations of the whole run. */
  private readonly totals: number[] = [];
  /** Episodes that ended so far. */
  private readonly endings: number[] = [];
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
  private agents = 1;

  /** Undefined before the first report. */
  get last(): Standing | undefined {
    const at = this.length - 1;
    if (at < 0) return undefined;
    return {
      iteration: this.iterations[at]!,
      iterations: this.totals[at]!,
      steps: this.steps[at]!,
      seconds: this.seconds[at]!,
      meanReturn: this.metrics.return[at]!,
    };
  }

  /** Episodes that ended so far. */
  get episodes(): number {
    return this.endings.at(-1) ?? 0;
  }

  get length(): number {
    return this.steps.length;
  }

  add(report: TimedReport): void {
    const [agent] = report.agents;
    if (!agent) return;
    this.agents = report.agents.length;
    this.endings.push(this.episodes + agent.episodes.count);
    this.totals.push(report.iterations);
    this.steps.push(report.timesteps);
    this.seconds.push(report.active);
    this.iterations.push(report.iteration);
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
    const { steps, seconds, iterations, totals, endings, metrics } = this;
    const columns: unknown[][] = [steps, seconds, iterations, totals, endings];
    for (const column of [...columns, ...Object.values(metrics)]) column.length = found;
  }

  clear(): void {
    this.goBackTo(-1);
  }

  /** Steps per second of all agents together over the last half second. */
  speed(): number {
    const { steps, seconds, agents } = this;
    const last = steps.length - 1;
    const isEarlier = (at: number): boolean => seconds[last]! - seconds[at]! >= SPEED_WINDOW;
    let first = last - 1;
    while (first > 0 && !isEarlier(first)) first -= 1;
    if (first < 0) return Number.NaN;
    return (agents * (steps[last]! - steps[first]!)) / (seconds[last]! - seconds[first]!);
  }
}
