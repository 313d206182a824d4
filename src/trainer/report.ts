/**
 * The few numbers of an iteration that leave the device: their tensor, the kernel that writes it,
 * and how it is read.
 */
import type { MomentSlots } from '../advantages/advantages';
import { LOSS_CONSTANTS } from '../config/loss-terms';
import type { EnvironmentDefinition } from '../environments/definition';
import type { Arena, Tensor } from '../gpu/arena';
import { type Dispatch, read, write } from '../gpu/kernel';
import type { Runtime } from '../gpu/runtime';
import type { Stage } from '../gpu/stage';
import type { RolloutSizes } from '../rollout/rollout-buffer';
import { STATISTICS } from '../update/ppo-loss';
import { EPISODE_FIELDS } from './episode-summary';
import type { OpponentPool } from './opponent-pool';
import { GAME_FIELDS, type GameReport, ratePlayers } from './rate-players';
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
type ReportField = (typeof REPORT_FIELDS)[number];

/** The fields that are u32; the others are f32. */
const COUNTS: ReadonlySet<ReportField> = new Set([
  ...(['count', 'minLength', 'maxLength', 'skipped_in_row', 'fault'] as const),
  ...(['environment_faults', 'faulty_environments', 'applied', 'skipped'] as const),
]);

/** One agent's report of one iteration. */
export type AgentReport = Readonly<Record<ReportField, number>> & {
  /** About the games that ended; only in worlds of two players. */
  readonly games?: GameReport | undefined;
  /** Sums of the world's own metrics over the episodes that ended. */
  readonly metricSums: readonly number[];
};

/** The part of an environment that decides which columns reports have after those of all runs. */
export type ReportedWorld = Pick<EnvironmentDefinition, 'metrics' | 'players'>;

/** How many columns there are of games and of the world's own metrics. */
function extraColumns({ metrics = [], players = 1 }: ReportedWorld) {
  return { games: players === 2 ? GAME_FIELDS.length : 0, metrics: metrics.length };
}

/** [K][columns]: those of all runs, of games and of the world's own metrics. */
export function declareReports(arena: Arena, agents: number, world: ReportedWorld = {}): Tensor {
  const { metrics, games } = extraColumns(world);
  return arena.declare('reports', [agents, REPORT_FIELDS.length + games + metrics], 'u32');
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
  /** The ratings that the games change; only in worlds of two players. */
  readonly pool?: OpponentPool | undefined;
  /** The world's own metrics; by default none. */
  readonly world?: Pick<WorldMetricsOptions, 'task' | 'states'>;
}

/** Sums up the iteration: episodes, losses, explained variance. */
export function reportStage(runtime: Runtime, options: ReportOptions): Stage {
  const { sizes, agents, episodes, statistics, batchMoments, slots, reports } = options;
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
  return { name: 'report', dispatches: [report, ...extraDispatches(runtime, options)] };
}

/** Writes the columns after those of all runs. */
function extraDispatches(runtime: Runtime, options: ReportOptions): Dispatch[] {
  const { sizes, episodes, reports, pool, world } = options;
  const firstColumn = REPORT_FIELDS.length;
  const games = pool ? [ratePlayers(runtime, { sizes, episodes, pool, reports, firstColumn })] : [];
  const REPORT_SIZE = firstColumn + (pool ? GAME_FIELDS.length : 0);
  const own = world
    ? worldMetrics(runtime, { ...world, sizes, reports }, { REPORT_LANES, REPORT_SIZE })
    : [];
  return [...games, ...own];
}

/** The reports of all agents from the tensor's bytes. */
export function unpackReports(
  bytes: ArrayBuffer,
  agents: number,
  world: ReportedWorld = {},
): AgentReport[] {
  const { metrics, games } = extraColumns(world);
  const [floats, counts] = [new Float32Array(bytes), new Uint32Array(bytes)];
  const common = REPORT_FIELDS.length;
  const size = common + games + metrics;
  return Array.from({ length: agents }, (_, agent) => {
    const entries = REPORT_FIELDS.map((field, index) => [
      field,
      (COUNTS.has(field) ? counts : floats)[agent * size + index]!,
    ]);
    const metricSums = [...floats.subarray((agent + 1) * size - metrics, (agent + 1) * size)];
    const first = agent * size + common;
    const rated = GAME_FIELDS.slice(0, games).map((field, index) => [
      field,
      floats[first + index]!,
    ]);
    return {
      ...Object.fromEntries(entries),
      ...(games > 0 && { games: Object.fromEntries(rated) }),
      metricSums,
    } as AgentReport;
  });
}
