/** The numbers of a report, in the order in which logs have them. */
import { LOSS_TERMS } from '../config/loss-terms';
import type { AgentMetrics } from '../trainer/metrics';
import { SELF_PLAY_METRICS, type SelfPlayMetric } from '../trainer/rate-players';
import { isWorldMetric, type WorldMetric } from '../trainer/world-metrics';

/** Numbers that only some environments have. */
export type EnvironmentScalar = SelfPlayMetric | WorldMetric;

/** The keys of `AgentMetrics` that are numbers in every environment. */
export type AgentScalar = Exclude<keyof AgentMetrics, 'fault' | 'episodes' | EnvironmentScalar>;

/** The numbers of one agent. */
export const AGENT_SCALARS: readonly AgentScalar[] = [
  'charts/episodic_return',
  'charts/episodic_length',
  'charts/learning_rate',
  'charts/updates',
  ...LOSS_TERMS.map(({ metric }) => metric),
  'losses/loss',
  'losses/old_approx_kl',
  'losses/approx_kl',
  'losses/clipfrac',
  'losses/explained_variance',
  'losses/grad_norm',
  'guards/skipped_updates',
  'guards/skipped_in_row',
  'guards/faulty_environments',
];

const isSelfPlayMetric = (key: string): key is SelfPlayMetric =>
  (SELF_PLAY_METRICS as readonly string[]).includes(key);

/** The names of the numbers in a record of an agent that its environment has, in its order. */
export function environmentScalars(metrics: object): EnvironmentScalar[] {
  const isScalar = (key: string): key is EnvironmentScalar =>
    isSelfPlayMetric(key) || isWorldMetric(key);
  return Object.keys(metrics).filter(isScalar);
}

/** The numbers of an iteration that do not belong to an agent. */
export const RUN_SCALARS = ['charts/SPS', 'charts/host_milliseconds'] as const;
