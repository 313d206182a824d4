/** The numbers of a report, in the order in which logs have them. */
import { LOSS_TERMS } from '../config/loss-terms';
import type { AgentMetrics } from '../trainer/metrics';
import { isWorldMetric, type WorldMetric } from '../trainer/world-metrics';

/** The keys of `AgentMetrics` that are numbers, but for the world's own. */
export type AgentScalar = Exclude<keyof AgentMetrics, 'fault' | 'episodes' | WorldMetric>;

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

/** The names of the world's own numbers in a record of an agent, in its order. */
export function worldScalars(metrics: object): WorldMetric[] {
  return Object.keys(metrics).filter(isWorldMetric);
}

/** The numbers of an iteration that do not belong to an agent. */
export const RUN_SCALARS = ['charts/SPS', 'charts/host_milliseconds'] as const;
