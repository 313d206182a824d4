/** Conditions under which training ends before its last iteration, and the best policy so far. */
import { ConfigError } from '../config/config-error';
import type { IterationReport } from './metrics';
import type { Policy } from './policy';

/** When training ends before its last iteration; whichever condition is met first. */
export interface StopConditions {
  /**
   * Mean return of the latest episodes (`charts/episodic_return`), averaged over the agents, from
   * which training ends.
   */
  readonly atReturn?: number | undefined;
  /** Seconds of training, those before a restored checkpoint included; above 0. */
  readonly afterSeconds?: number | undefined;
  /** Number of the iteration after which training ends, an integer from 1. */
  readonly afterIterations?: number | undefined;
}

/** Which condition has ended training. */
export type StopReason = keyof StopConditions;

/** The policies with the highest return so far. */
export interface BestPolicy {
  /** The policies of all agents, as `Trainer.policy` returns them. */
  readonly policy: Policy;
  /** The iteration after which they were read. */
  readonly iteration: number;
  /** `charts/episodic_return` at that point, averaged over the agents. */
  readonly meanReturn: number;
}

/** `charts/episodic_return`, averaged over the agents; NaN before each has finished an episode. */
export function meanReturnOf({ agents }: Pick<IterationReport, 'agents'>): number {
  const sum = agents.reduce((total, agent) => total + agent['charts/episodic_return'], 0);
  return sum / agents.length;
}

/** @throws ConfigError naming each condition that is unknown or out of range. */
export function checkStopConditions(conditions: StopConditions): void {
  const { atReturn, afterSeconds, afterIterations } = conditions;
  const known = ['atReturn', 'afterSeconds', 'afterIterations'];
  const problems = Object.keys(conditions)
    .filter((key) => !known.includes(key))
    .map((key) => `stop has ${key}; it may have ${known.join(', ')}`);
  if (atReturn !== undefined && !Number.isFinite(atReturn)) {
    problems.push(`stop.atReturn is ${atReturn}; it must be a finite number`);
  }
  if (afterSeconds !== undefined && !(Number.isFinite(afterSeconds) && afterSeconds > 0)) {
    problems.push(`stop.afterSeconds is ${afterSeconds}; it must be a finite number above 0`);
  }
  if (
    afterIterations !== undefined &&
    !(Number.isSafeInteger(afterIterations) && afterIterations > 0)
  ) {
    problems.push(`stop.afterIterations is ${afterIterations}; it must be an integer from 1`);
  }
  if (problems.length > 0) throw new ConfigError(problems);
}

/** The condition that a report meets, if any. */
export function metCondition(
  { atReturn = Infinity, afterSeconds = Infinity, afterIterations = Infinity }: StopConditions,
  report: IterationReport,
): StopReason | undefined {
  if (meanReturnOf(report) >= atReturn) return 'atReturn';
  if (report.seconds >= afterSeconds) return 'afterSeconds';
  return report.iteration >= afterIterations ? 'afterIterations' : undefined;
}

/** Keeps the policies of the report with the highest return. */
export class BestSoFar {
  private found: Promise<BestPolicy> | undefined;
  private highest = -Infinity;

  /** @param read reads the policies of the last report */
  constructor(private readonly read: () => Promise<Policy>) {}

  take(report: IterationReport): void {
    const meanReturn = meanReturnOf(report);
    if (!(meanReturn > this.highest)) return;
    this.highest = meanReturn;
    const { iteration } = report;
    this.found = this.read().then((policy) => ({ policy, iteration, meanReturn }));
    // Whoever asks for it gets the error.
    this.found.catch(() => {});
  }

  /** Undefined before the first episode has ended. */
  async best(): Promise<BestPolicy | undefined> {
    return this.found;
  }
}
