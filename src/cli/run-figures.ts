/** Figures of a saved run that tables and charts show. */

import type { LoggedRun } from '../logging/logged-run';
import type { MetricLine } from '../logging/metric-lines';
import { rangeOf } from '../logging/summarize-values';
import { formatSeeds, oneDecimal } from './numbers';

/** The agents' mean returns of one iteration, those without an ended episode left out. */
export function returnsIn({ agents }: MetricLine): number[] {
  return agents.map((agent) => agent['charts/episodic_return']).filter(Number.isFinite);
}

/** NaN for no values. */
export function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** The agents' mean returns after the last iteration. */
export function finalReturns({ metrics }: LoggedRun): number[] {
  const last = metrics.at(-1);
  return last ? returnsIn(last) : [];
}

/** Steps per second of all agents; NaN if unknown. */
export function speedOf({ summary, metrics }: LoggedRun): number {
  return summary?.stepsPerSecond || (metrics.at(-1)?.['charts/SPS'] ?? Number.NaN);
}

/** "1", or "1 to 4" for a population. */
export function seedsOf({ description }: LoggedRun): string {
  if (!description) return '-';
  const { seed, numAgents } = description.config as { seed: number; numAgents: number };
  return formatSeeds(seed, numAgents);
}

/** The mean, and lowest and highest if there are several values. */
export function formatRange(values: readonly number[], format = oneDecimal): string {
  const mean = format(meanOf(values));
  if (values.length < 2) return mean;
  const [low, high] = rangeOf(values);
  return `${mean} (${format(low)}..${format(high)})`;
}
