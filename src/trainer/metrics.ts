import { LOSS_TERMS, type LossMetric } from '../loss-terms';
import { ENVIRONMENT_FAULTS, type EnvironmentFault } from '../rollout/env-step';
import { FAULTS, type Fault } from '../update/check-update';
import { statisticOf } from '../update/ppo-loss';
import type { AgentReport } from './report';

/** What one iteration reports of one agent; CleanRL's names, so that existing dashboards fit. */
export interface AgentMetrics extends Readonly<Record<LossMetric, number>> {
  /** Means over the updates that the optimizer took; NaN where it took none. */
  readonly 'losses/loss': number;
  readonly 'losses/old_approx_kl': number;
  readonly 'losses/approx_kl': number;
  readonly 'losses/clipfrac': number;
  readonly 'losses/explained_variance': number;
  readonly 'losses/grad_norm': number;
  readonly 'charts/learning_rate': number;
  /** Optimizer steps taken in this iteration. */
  readonly 'charts/updates': number;
  /** Updates of this iteration that were skipped because a number was not finite. */
  readonly 'guards/skipped_updates': number;
  /** Updates skipped since the last that was taken, over iterations. */
  readonly 'guards/skipped_in_row': number;
  /** Environments that gave a reward or an observation which is not finite in this iteration. */
  readonly 'guards/faulty_environments': number;
  /**
   * What was not finite in this iteration; null for nothing. A reward or an observation is the cause
   * of what follows and comes before it: 'reward', 'observation', else what an update met first.
   */
  readonly fault: EnvironmentFault | Fault | null;
  /** Mean return of the latest episodes, at least 100 of them once so many have ended; NaN before the first. */
  readonly 'charts/episodic_return': number;
  /** Mean length of the same episodes, in steps. */
  readonly 'charts/episodic_length': number;
  /** Episodes that ended within this iteration with a finite return, and their statistics. */
  readonly episodes: EpisodeSummary;
}

/** Returns in reward units, lengths in steps; NaN where `count` is 0. */
export interface EpisodeSummary {
  readonly count: number;
  readonly meanReturn: number;
  readonly stdReturn: number;
  readonly minReturn: number;
  readonly maxReturn: number;
  readonly meanLength: number;
  readonly stdLength: number;
  readonly minLength: number;
  readonly maxLength: number;
}

export interface IterationReport {
  /** Iterations finished, 1 … `iterations`. */
  readonly iteration: number;
  /** Iterations in the whole run. */
  readonly iterations: number;
  /** Environment steps taken so far, per agent. */
  readonly timesteps: number;
  /** Seconds since training began. */
  readonly seconds: number;
  /** Environment steps per second of all agents together, since training began. */
  readonly 'charts/SPS': number;
  /** Milliseconds that this thread took to encode, submit and report the iteration; no waiting. */
  readonly 'charts/host_milliseconds': number;
  readonly agents: readonly AgentMetrics[];
}

export interface Evaluation {
  /** Episodes per agent. */
  readonly episodes: number;
  /** Over all agents' episodes. */
  readonly meanReturn: number;
  readonly stdReturn: number;
  readonly perAgent: readonly { readonly meanReturn: number; readonly stdReturn: number }[];
}

/** Episodes that `charts/episodic_return` averages over at least. */
export const RECENT_EPISODES = 100;

interface EpisodeBatch {
  readonly count: number;
  readonly meanReturn: number;
  readonly meanLength: number;
}

/** The latest episodes of one agent: whole iterations, as few as hold `RECENT_EPISODES`. */
export class RecentEpisodes {
  private batches: EpisodeBatch[] = [];
  private count = 0;

  add(batch: EpisodeBatch): void {
    if (batch.count === 0) return;
    this.batches.push(batch);
    this.count += batch.count;
    while (this.count - this.batches[0]!.count >= RECENT_EPISODES) {
      this.count -= this.batches.shift()!.count;
    }
  }

  /** NaN before the first episode has ended. */
  mean(field: 'meanReturn' | 'meanLength'): number {
    return this.batches.reduce((sum, batch) => sum + batch[field] * batch.count, 0) / this.count;
  }
}

/** The numbers of one agent's report under their public names. */
export function agentMetrics(report: AgentReport, recent: RecentEpisodes): AgentMetrics {
  recent.add(report);
  const mean = (value: number): number => (report.applied > 0 ? value : Number.NaN);
  return {
    ...termMetrics(report),
    'losses/loss': mean(report.loss),
    'losses/old_approx_kl': mean(report.old_approx_kl),
    'losses/approx_kl': mean(report.approx_kl),
    'losses/clipfrac': mean(report.clipfrac),
    'losses/explained_variance': explainedVariance(report),
    'losses/grad_norm': mean(report.grad_norm),
    'charts/learning_rate': report.learning_rate,
    'charts/updates': report.applied,
    'guards/skipped_updates': report.skipped,
    'guards/skipped_in_row': report.skipped_in_row,
    'guards/faulty_environments': report.faulty_environments,
    fault: faultOf(report),
    'charts/episodic_return': recent.mean('meanReturn'),
    'charts/episodic_length': recent.mean('meanLength'),
    episodes: episodeSummary(report),
  };
}

function faultOf({ environment_faults, fault }: AgentReport): EnvironmentFault | Fault | null {
  const cause = ENVIRONMENT_FAULTS.find((_, bit) => (environment_faults >> bit) & 1);
  return cause ?? (fault > 0 ? FAULTS[fault - 1]! : null);
}

/** The mean of every term of the loss. */
function termMetrics(report: AgentReport): Record<LossMetric, number> {
  const entries = LOSS_TERMS.map(({ metric }) => {
    const mean = report[statisticOf(metric)];
    return [metric, report.applied > 0 ? mean : Number.NaN];
  });
  return Object.fromEntries(entries) as Record<LossMetric, number>;
}

/** 1 - Var(R - V) / Var(R); NaN where the returns do not vary. */
function explainedVariance({ residual_variance, return_variance }: AgentReport): number {
  return return_variance > 0 ? 1 - residual_variance / return_variance : Number.NaN;
}

function episodeSummary(report: AgentReport): EpisodeSummary {
  const some = report.count > 0;
  const known = (value: number): number => (some ? value : Number.NaN);
  return {
    count: report.count,
    meanReturn: known(report.meanReturn),
    stdReturn: known(report.stdReturn),
    minReturn: known(report.minReturn),
    maxReturn: known(report.maxReturn),
    meanLength: known(report.meanLength),
    stdLength: known(report.stdLength),
    minLength: known(report.minLength),
    maxLength: known(report.maxLength),
  };
}
