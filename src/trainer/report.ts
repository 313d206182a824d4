/**
 * The few numbers of an iteration that leave the device: their tensor, the kernel that writes it,
 * and how it is read.
 */
import type { MomentSlots } from '../advantages/advantages';
import { LOSS_CONSTANTS } from '../config/loss-terms';
import type { Arena, Tensor } from '../gpu/arena';
import { read, write } from '../gpu/kernel';
import type { Runtime } from '../gpu/runtime';
import type { Stage } from '../gpu/stage';
import type { RolloutSizes } from '../rollout/rollout-buffer';
import { STATISTICS } from '../update/ppo-loss';
import { EPISODE_FIELDS } from './episode-summary';
import { type WorldMetricsOptions, worldMetrics } from './world-metrics';

const REPORT_LANES = 64;

/** Columns of a report about the iteration as a whole; the columns of STATISTICS follow. */
const ITERATION_FIELDS = [
  ...EPISODE_FIELDS,
  'learning_rate',
  'residual_variance',
  'return_variance',
  'skipped_in_row',
  'fault',
  'environment_faults',
  'faulty_environments',
] as const;
const REPORT_FIELDS = [...ITERATION_FIELDS, ...STATISTICS] as const;

/** `FIELD_MEAN_RETURN` for `meanReturn`. */
const constantName = (field: string): string =>
  `FIELD_${field.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}`;

/** The columns as constants of the shader. */
const COLUMNS: Readonly<Record<string, number>> = {
  ...Object.fromEntries(ITERATION_FIELDS.map((field, index) => [constantName(field), index])),
  FIRST_STATISTIC: ITERATION_FIELDS.length,
  REPORT_SIZE: REPORT_FIELDS.length,
};
const WORLD_CONSTANTS = { REPORT_LANES, REPORT_SIZE: REPORT_FIELDS.length };
type ReportField = (typeof REPORT_FIELDS)[number];

/** The fields that are u32; the others are f32. */
const COUNTS: ReadonlySet<ReportField> = new Set([
  ...(['count', 'minLength', 'maxLength', 'skipped_in_row', 'fault'] as const),
  ...(['environment_faults', 'faulty_environments', 'applied', 'skipped'] as const),
]);

/** One agent's report of one iteration. */
export type AgentReport = Readonly<Record<ReportField, number>> & {
  /** Sums of the world's own metrics over the episodes that ended. */
  readonly metricSums: readonly number[];
};

/**
 * [K][REPORT_SIZE + metrics]
 * @param metrics of the world's own
 */
export function declareReports(arena: Arena, agents: number, metrics = 0): Tensor {
  return arena.declare('reports', [agents, REPORT_FIELDS.length + metrics], 'u32');
}

export interface ReportOptions {
  readonly sizes: RolloutSizes;
  readonly agents: Tensor;
  readonly episodes: Tensor;
  /** [K][updates][STATISTICS] */
  readonly statistics: Tensor;
  /** Moments of the batch, [K][2][MOMENTS_WORDS]. */
  readonly batchMoments: Tensor;
  readonly slots: MomentSlots;
  readonly reports: Tensor;
  /** The world's own metrics; by default none. */
  readonly world?: Pick<WorldMetricsOptions, 'task' | 'states'>;
}

/** Sums up the iteration: episodes, losses, explained variance. */
export function reportStage(runtime: Runtime, options: ReportOptions): Stage {
  const { sizes, agents, episodes, statistics, batchMoments, slots, reports, world } = options;
  const report = runtime.kernels
    .kernel({
      shader: 'trainer/report',
      constants: {
        REPORT_LANES,
        ...COLUMNS,
        REPORT_SIZE: reports.shape[1]!,
        LOSS_TERMS: LOSS_CONSTANTS.LOSS_TERMS!,
      },
    })
    .dispatch({
      shape: {
        environments: sizes.envs,
        updates: statistics.shape[1]!,
        residual_slot: slots.residual,
        returns_slot: slots.returns,
      },
      tensors: {
        agents: read(agents),
        episodes: read(episodes),
        statistics: read(statistics),
        batch_moments: read(batchMoments),
        reports: write(reports),
      },
      workgroups: [1, 1, sizes.agents],
    });
  const own = world ? worldMetrics(runtime, { ...world, sizes, reports }, WORLD_CONSTANTS) : [];
  return { name: 'report', dispatches: [report, ...own] };
}

/**
 * The reports of all agents from the tensor's bytes.
 * @param metrics of the world's own
 */
export function unpackReports(bytes: ArrayBuffer, agents: number, metrics = 0): AgentReport[] {
  const [floats, counts] = [new Float32Array(bytes), new Uint32Array(bytes)];
  const size = REPORT_FIELDS.length + metrics;
  return Array.from({ length: agents }, (_, agent) => {
    const entries = REPORT_FIELDS.map((field, index) => [
      field,
      (COUNTS.has(field) ? counts : floats)[agent * size + index]!,
    ]);
    const metricSums = [...floats.subarray((agent + 1) * size - metrics, (agent + 1) * size)];
    return { ...Object.fromEntries(entries), metricSums } as AgentReport;
  });
}
