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
type Columns = Readonly<Record<MetricName, Column>>;

/** Seconds over which the speed is measured, at least. */
const SPEED_WINDOW = 0.5;

/** The names of the metrics in reports. */
const KEYS = {
  return: 'charts/episodic_return',
  length: 'charts/episodic_length',
  policyLoss: 'losses/policy_loss',
  valueLoss: 'losses/value_loss',
  kl: 'losses/approx_kl',
  clipFraction: 'losses/clipfrac',
  entropy: 'losses/entropy',
  explainedVariance: 'losses/explained_variance',
  learningRate: 'charts/learning_rate',
} as const;

function emptyColumns(): Columns {
  const names = [...Object.keys(KEYS), 'speed'] as MetricName[];
  return Object.fromEntries(names.map((name) => [name, []])) as unknown as Columns;
}

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
  /** The metrics of each agent; those that joined later have gaps before. */
  private columns: Columns[] = [emptyColumns()];

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
    const [first] = report.agents;
    if (!first) return;
    while (this.columns.length < report.agents.length) this.columns.push(this.gaps());
    this.endings.push(this.episodes + first.episodes.count);
    this.totals.push(report.iterations);
    this.steps.push(report.timesteps);
    this.seconds.push(report.active);
    this.iterations.push(report.iteration);
    const speed = this.speed();
    for (const [index, columns] of this.columns.entries()) {
      const agent = report.agents[index];
      for (const [name, column] of Object.entries(columns) as [MetricName, Column][]) {
        const value = name === 'speed' ? speed : agent?.[KEYS[name]];
        column.push(value !== undefined && Number.isFinite(value) ? value : null);
      }
    }
  }

  /** The columns of an agent that joins now. */
  private gaps(): Columns {
    const columns = emptyColumns();
    for (const column of Object.values(columns)) {
      column.push(...Array.from({ length: this.length }, () => null));
    }
    return columns;
  }

  /** Forgets what came after an iteration, from which the run goes on. */
  goBackTo(iteration: number): void {
    const found = this.iterations.findIndex((each) => each > iteration);
    if (found === -1) return;
    const { steps, seconds, iterations, totals, endings } = this;
    const metrics = this.columns.flatMap((each) => Object.values(each));
    const columns: unknown[][] = [steps, seconds, iterations, totals, endings, ...metrics];
    for (const column of columns) column.length = found;
  }

  clear(): void {
    this.goBackTo(-1);
    this.columns = [emptyColumns()];
  }

  /** How many agents there are. */
  get agents(): number {
    return this.columns.length;
  }

  /** The metrics of the first agent. */
  get metrics(): Columns {
    return this.columns[0]!;
  }

  /** A metric of each agent. */
  ofAgents(metric: MetricName): readonly Column[] {
    return this.columns.map((columns) => columns[metric]);
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
