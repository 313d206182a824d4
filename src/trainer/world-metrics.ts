/** A world's own metrics: their sums after the columns of the reports, and their means. */
import type { Tensor } from '../gpu/arena';
import { type Dispatch, write } from '../gpu/kernel';
import type { Runtime } from '../gpu/runtime';
import type { Task } from '../rollout/task';

/** Name of a metric in reports, by its name in the description. */
export type WorldMetric = `world/${string}`;

export const worldMetric = (name: string): WorldMetric => `world/${name}`;

/** Whether a number of a report is one of the world's own. */
export const isWorldMetric = (key: string): key is WorldMetric => key.startsWith('world/');

export interface WorldMetricsOptions {
  readonly task: Task;
  readonly sizes: { readonly agents: number; readonly envs: number };
  /** The environments' states, [K][N][stateWords]. */
  readonly states: Tensor;
  /** [K][reportSize + metrics] */
  readonly reports: Tensor;
}

/** Sums the metrics of the episodes that ended up into the reports; nothing without metrics. */
export function worldMetrics(
  { kernels }: Runtime,
  { task, sizes, states, reports }: WorldMetricsOptions,
  constants: { readonly REPORT_LANES: number; readonly REPORT_SIZE: number },
): Dispatch[] {
  const { metrics = [] } = task.environment;
  if (metrics.length === 0) return [];
  const kernel = kernels.kernel(task.program('trainer/world-metrics', constants));
  const dispatch = kernel.dispatch({
    shape: { environments: sizes.envs },
    tensors: { states: write(states), reports: write(reports) },
    workgroups: [metrics.length, 1, sizes.agents],
  });
  return [dispatch];
}

/**
 * The mean of each metric over the episodes that ended; NaN where none did.
 * @param sums in the order of the names
 */
export function worldMeans(
  names: readonly string[],
  sums: readonly number[],
  count: number,
): Record<WorldMetric, number> {
  const means = names.map((name, index) => {
    return [worldMetric(name), count > 0 ? sums[index]! / count : Number.NaN];
  });
  return Object.fromEntries(means);
}
