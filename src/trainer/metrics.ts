import { LOSS_TERMS, type LossMetric } from '../config/loss-terms';
import { ENVIRONMENT_FAULTS, type EnvironmentFault } from '../rollout/episode';
import { FAULTS, type Fault } from '../update/check-update';
import { statisticOf } from '../update/ppo-loss';
import { EPISODE_FIELDS, type EpisodeSummary } from './episode-summary';
import { selfPlayMetrics } from './rate-players';
import type { AgentReport } from './report';
import { worldMeans } from './world-metrics';

/**
 * Metrics of one agent in one iteration, under CleanRL's names, so that existing dashboards fit.
 */
export interface AgentMetrics extends Readonly<Record<LossMetric, number>> {
  /**
   * The whole loss. It and the other losses are means over the updates taken; NaN where there were
   * none.
   */
  readonly 'losses/loss': number;
  /**
   * KL divergence from the policy that acted, in nats, estimated as mean(-log ratio); can be
   * negative.
   */
  readonly 'losses/old_approx_kl': number;
  /**
   * The same, estimated as mean(ratio - 1 - log ratio), which is never negative (Schulman 2020).
   */
  readonly 'losses/approx_kl': number;
  /** Fraction of samples whose ratio left the clip range, 0 … 1. */
  readonly 'losses/clipfrac': number;
  /**
   * 1 - Var(returns - values) / Var(returns) of the batch, at most 1; NaN where the returns do not
   * vary.
   */
  readonly 'losses/explained_variance': number;
  /** Global norm of the gradient before it is clipped. */
  readonly 'losses/grad_norm': number;
  /** Step size of the actor in this iteration. */
  readonly 'charts/learning_rate': number;
  /** Optimizer steps taken in this iteration. */
  readonly 'charts/updates': number;
  /** Updates of this iteration that were skipped because a number was not finite. */
  readonly 'guards/skipped_updates': number;
  /** Updates skipped since the last that was taken, over iterations. */
  readonly 'guards/skipped_in_row': number;
  /** Environments with a reward or an observation that was not finite in this iteration. */
  readonly 'guards/faulty_environments': number;
  /**
   * The quantity that was not finite in this iteration, or null. 'reward' and 'observation' come
   * first, since they cause the others; otherwise it is the first one that an update found.
   */
  readonly fault: EnvironmentFault | Fault | null;
  /**
   * Mean return of the latest episodes, at least 100 once that many have ended; NaN before the
   * first.
   */
  readonly 'charts/episodic_return': number;
  /** Mean length of the same episodes, in steps. */
  readonly 'charts/episodic_length': number;
  /** Episodes that ended within this iteration with a finite return, and their statistics. */
  readonly episodes: EpisodeSummary;
  /**
   * Elo rating of the agent, which begins at 0, as its first policy does; only in worlds of two
   * players. It is comparable within a run alone.
   */
  readonly 'selfplay/elo'?: number;
  /**
   * Points per game that ended within this iteration, a win being 1 and a draw 1/2; NaN where none
   * did; only in worlds of two players.
   */
  readonly 'selfplay/score'?: number;
  /**
   * What the environment's own `metrics` measure: means over the episodes that ended within this
   * iteration, NaN where none did.
   */
  readonly [world: `world/${string}`]: number;
}

/** The report that `Trainer` yields after each iteration. */
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
  /**
   * Milliseconds that this thread spent encoding, submitting and reporting the iteration, without
   * waiting.
   */
  readonly 'charts/host_milliseconds': number;
  /** Metrics of each agent, `numAgents` entries. */
  readonly agents: readonly AgentMetrics[];
}

/**
 * Undiscounted returns of episodes that ended, in units of the reward; NaN if none did. Episodes
 * that were abandoned because they took too many steps do not count.
 */
export interface ReturnSummary {
  /** Mean of the returns. */
  readonly meanReturn: number;
  /** Standard deviation of the returns. */
  readonly stdReturn: number;
  /** Episodes that ended, over which mean and standard deviation are taken. */
  readonly endedEpisodes: number;
  /** What the environment's own `metrics` measure: means over the same episodes. */
  readonly [world: `world/${string}`]: number;
}

/**
 * The result of `Trainer.evaluate`, over the episodes of all agents. If fewer than `episodes` per
 * agent ended, the returns favour short episodes.
 */
export interface Evaluation extends ReturnSummary {
  /** Episodes per agent that were started. */
  readonly episodes: number;
  /** The same for the episodes of each agent, `numAgents` entries. */
  readonly perAgent: readonly ReturnSummary[];
  /**
   * With `perEpisode`, every episode of each agent in the order of their indices: `numAgents` lists
   * of `episodes` entries. Each episode that begins is in it, so short ones are not favoured.
   */
  readonly results?: readonly (readonly EpisodeResult[])[];
}

/** One episode of an evaluation. */
export interface EpisodeResult {
  /** Index of the episode, 0 … `episodes` - 1. */
  readonly index: number;
  /**
   * Seed of the evaluation; `Trainer.play` with it shows the episode as that of the same index.
   * Undefined if none was given.
   */
  readonly seed: number | undefined;
  /** Undiscounted return; so far, if the episode has not ended. */
  readonly return: number;
  /** Steps taken. */
  readonly length: number;
  /** False if the episode was abandoned because it took too many steps. */
  readonly ended: boolean;
  /** What the environment's own `metrics` have measured at its end; NaN if it has not ended. */
  readonly [world: `world/${string}`]: number;
}

/** The fewest episodes that `charts/episodic_return` averages over, once that many have ended. */
export const RECENT_EPISODES = 100;

/** The episodes of one agent that ended within one iteration. */
export interface EpisodeBatch {
  /** Episodes that ended, at least 1. */
  readonly count: number;
  /** Mean of their undiscounted returns. */
  readonly meanReturn: number;
  /** Mean of their lengths, in steps. */
  readonly meanLength: number;
}

export const EPISODE_BATCH_FIELDS = ['count', 'meanReturn', 'meanLength'] as const;

/** The latest episodes of one agent: the fewest whole iterations with `RECENT_EPISODES`. */
export class RecentEpisodes {
  /** A list that is replaced but never changed, so that counters can keep it. */
  batches: readonly EpisodeBatch[] = [];
  private count = 0;

  constructor(batches: readonly EpisodeBatch[] = []) {
    for (const batch of batches) this.add(batch);
  }

  add({ count, meanReturn, meanLength }: EpisodeBatch): void {
    if (count === 0) return;
    const batches = [...this.batches, { count, meanReturn, meanLength }];
    this.count += count;
    while (this.count - batches[0]!.count >= RECENT_EPISODES) {
      this.count -= batches.shift()!.count;
    }
    this.batches = batches;
  }

  /** NaN before the first episode has ended. */
  mean(field: 'meanReturn' | 'meanLength'): number {
    return this.batches.reduce((sum, batch) => sum + batch[field] * batch.count, 0) / this.count;
  }
}

/** The numbers of one agent's report under their public names. */
export function agentMetrics(
  report: AgentReport,
  recent: RecentEpisodes,
  metrics: readonly string[] = [],
): AgentMetrics {
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
    ...(report.games && selfPlayMetrics(report.games, report.count)),
    ...worldMeans(metrics, report.metricSums, report.count),
  };
}

/** What was not finite, environments first; null if all was. */
export function faultOf({
  environment_faults,
  fault,
}: AgentReport): EnvironmentFault | Fault | null {
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
  const known = ({ count }: AgentReport, field: keyof EpisodeSummary): number =>
    count > 0 || field === 'count' ? report[field] : Number.NaN;
  const entries = EPISODE_FIELDS.map((field) => [field, known(report, field)]);
  return Object.fromEntries(entries) as Record<keyof EpisodeSummary, number>;
}
