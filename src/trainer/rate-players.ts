/** Rates the agents of a world of two players, and what reports say of it. */
import type { Tensor } from '../gpu/arena';
import { type Dispatch, read, write } from '../gpu/kernel';
import type { Runtime } from '../gpu/runtime';
import type { RolloutSizes } from '../rollout/rollout-buffer';
import type { OpponentPool } from './opponent-pool';

/** The columns of reports about games, after those of all runs. */
export const GAME_FIELDS = ['elo', 'points'] as const;

/** What the report of one agent says of the games that ended. */
export type GameReport = Readonly<Record<(typeof GAME_FIELDS)[number], number>>;

/** What reports say of games, by public name. */
export const SELF_PLAY_METRICS = ['selfplay/elo', 'selfplay/score'] as const;
export type SelfPlayMetric = (typeof SELF_PLAY_METRICS)[number];

/** @param count games that ended */
export function selfPlayMetrics(
  { elo, points }: GameReport,
  count: number,
): Record<SelfPlayMetric, number> {
  return { 'selfplay/elo': elo, 'selfplay/score': count > 0 ? points / count : Number.NaN };
}

export interface RatePlayersOptions {
  readonly sizes: RolloutSizes;
  readonly episodes: Tensor;
  readonly pool: OpponentPool;
  /** [K][columns] */
  readonly reports: Tensor;
  /** Index of the first of GAME_FIELDS among the columns. */
  readonly firstColumn: number;
}

/** Rates the agents after an iteration whose episodes have not been cleared yet. */
export function ratePlayers(
  { kernels }: Runtime,
  { sizes, episodes, pool, reports, firstColumn }: RatePlayersOptions,
): Dispatch {
  const kernel = kernels.kernel({
    shader: 'trainer/rate-players',
    constants: {
      REPORT_LANES: 64,
      REPORT_SIZE: reports.shape[1]!,
      FIELD_ELO: firstColumn,
      FIELD_POINTS: firstColumn + 1,
    },
  });
  return kernel.dispatch({
    shape: { boards: sizes.envs, opponents: pool.opponents.shape[1]! },
    tensors: {
      episodes: read(episodes),
      ratings: write(pool.ratings),
      reports: write(reports),
    },
    workgroups: [1, 1, sizes.agents],
  });
}
