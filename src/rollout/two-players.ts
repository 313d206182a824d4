/** What the kernels of worlds with two players share (shaders/rollout/two-players.wesl). */
import { roundUp } from '../gpu/runtime';
import { type ActingOptions, type RolloutShapeExtras, rolloutShape } from './rollout-shape';

/** The conditions of these kernels. */
export const TWO_PLAYERS = { two_players: true } as const;

export interface OpponentCount {
  /** Q: frozen opponents of each agent, which share its boards. */
  readonly opponents: number;
}

/** The step that plies belong to, or the openings of the first games. */
export interface PlyPlace extends RolloutShapeExtras {
  readonly step: number | 'opening';
}

/** Columns per row of what the opponents see and put out: the most boards of one of them. */
export function opponentStride(envs: number, opponents: number): number {
  return roundUp(Math.ceil(envs / opponents), 4);
}

/** The record RolloutShape of a ply. */
export function plyShape(
  { task, mode, buffer, opponents }: ActingOptions & OpponentCount,
  { step, ...extras }: PlyPlace,
): Record<string, number> {
  const isOpening = step === 'opening';
  return {
    ...rolloutShape(buffer.sizes, task, mode, isOpening ? 0 : step, extras),
    opponents,
    opponent_stride: opponentStride(buffer.sizes.envs, opponents),
    opening: Number(isOpening),
  };
}
