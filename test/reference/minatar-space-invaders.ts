/** MinAtar-SpaceInvaders-v1 as minatar 1.0.15 has it. */

import type { Environment } from './environment';
import {
  clampToGrid,
  gridOf,
  isOnGrid,
  type Mark,
  MINATAR_PARAMS,
  type MinatarParams,
  SIDE,
  stickyAction,
} from './minatar';

/** [10][10], [row][column] */
export type Board = readonly (readonly boolean[])[];

export interface SpaceInvadersState {
  /** Column of the cannon, which is in the lowest row. */
  readonly pos: number;
  readonly fBulletMap: Board;
  readonly eBulletMap: Board;
  readonly alienMap: Board;
  /** Of the aliens: -1 to the left, 1 to the right. */
  readonly alienDir: number;
  /** Steps between two moves of many aliens. */
  readonly enemyMoveInterval: number;
  readonly alienMoveTimer: number;
  readonly alienShotTimer: number;
  readonly shotTimer: number;
  readonly lastAction: number;
}

const FIRE = 3;
const SHOT_COOL_DOWN = 5;
const ENEMY_MOVE_INTERVAL = 12;
const LEAST_MOVE_INTERVAL = 6;
const ENEMY_SHOT_INTERVAL = 10;

const boardOf = (isSet: (x: number, y: number) => boolean): Board =>
  Array.from({ length: SIDE }, (_, y) => Array.from({ length: SIDE }, (_, x) => isSet(x, y)));

export const EMPTY = boardOf(() => false);
export const WAVE = boardOf((x, y) => y < 4 && x >= 2 && x < 8);

const EMPTY_ROW = EMPTY[0]!;
const isIn = (board: Board, y: number, x: number): boolean => board[y]![x]!;
const rowHasOne = (row: readonly boolean[]): boolean => row.includes(true);
const columnHasOne = (board: Board, x: number): boolean => board.some((row) => row[x]);
const countOf = (board: Board): number =>
  board.reduce((count, row) => count + row.filter((one) => one).length, 0);

function withOne(board: Board, y: number, x: number): Board {
  return board.map((row, r) => (r === y ? row.map((one, c) => one || c === x) : row));
}

interface Aliens {
  readonly alienMap: Board;
  readonly alienDir: number;
  /** They have come to the lowest row before they moved down. */
  readonly landed: boolean;
}

/** One move: sideways, or at the edge down and around. */
function march({ alienMap, alienDir }: SpaceInvadersState): Aliens {
  const atEdge = columnHasOne(alienMap, alienDir < 0 ? 0 : SIDE - 1);
  if (atEdge) {
    const landed = rowHasOne(alienMap[SIDE - 1]!);
    return {
      alienMap: [alienMap[SIDE - 1]!, ...alienMap.slice(0, -1)],
      alienDir: -alienDir,
      landed,
    };
  }
  const aside = alienMap.map((row) => row.map((_, x) => row[x - alienDir] ?? false));
  return { alienMap: aside, alienDir, landed: false };
}

/** Of the columns that have aliens, the nearest one; of two the left one. */
function nearestColumn(alienMap: Board, pos: number): number {
  const columns = Array.from({ length: SIDE }, (_, distance) => [pos - distance, pos + distance]);
  return columns.flat().find((x) => isOnGrid(x) && columnHasOne(alienMap, x))!;
}

/** Moves the cannon or fires, then all bullets. */
function shoot(state: SpaceInvadersState, action: number): SpaceInvadersState {
  const fires = action === FIRE && state.shotTimer === 0;
  const pos = clampToGrid(state.pos + ([0, -1, 1][action] ?? 0));
  const fired = fires ? withOne(state.fBulletMap, SIDE - 1, pos) : state.fBulletMap;
  return {
    ...state,
    pos,
    shotTimer: fires ? SHOT_COOL_DOWN : state.shotTimer,
    fBulletMap: [...fired.slice(1), EMPTY_ROW],
    eBulletMap: [EMPTY_ROW, ...state.eBulletMap.slice(0, -1)],
    lastAction: action,
  };
}

/** Moves the aliens and lets one shoot, each where its time has come. */
function attack(state: SpaceInvadersState) {
  let next = state;
  let landed = false;
  if (next.alienMoveTimer === 0) {
    const alienMoveTimer = Math.min(countOf(next.alienMap), next.enemyMoveInterval);
    const marched = march(next);
    landed = marched.landed;
    next = { ...next, alienMoveTimer, alienMap: marched.alienMap, alienDir: marched.alienDir };
  }
  if (next.alienShotTimer === 0) {
    const x = nearestColumn(next.alienMap, next.pos);
    const y = next.alienMap.findLastIndex((row) => row[x]);
    const eBulletMap = withOne(next.eBulletMap, y, x);
    next = { ...next, alienShotTimer: ENEMY_SHOT_INTERVAL, eBulletMap };
  }
  return { state: next, landed };
}

/** A new wave where no alien is left; it is faster. */
function refill(state: SpaceInvadersState, ramping: boolean): SpaceInvadersState {
  if (state.alienMap.some(rowHasOne)) return state;
  const faster = ramping && state.enemyMoveInterval > LEAST_MOVE_INTERVAL;
  const enemyMoveInterval = state.enemyMoveInterval - Number(faster);
  return { ...state, alienMap: WAVE, enemyMoveInterval };
}

export function spaceInvadersWith(params: MinatarParams): Environment<SpaceInvadersState> {
  return {
    maxEpisodeSteps: 1000,

    reset: () => ({
      pos: 5,
      fBulletMap: EMPTY,
      eBulletMap: EMPTY,
      alienMap: WAVE,
      alienDir: -1,
      enemyMoveInterval: ENEMY_MOVE_INTERVAL,
      alienMoveTimer: ENEMY_MOVE_INTERVAL,
      alienShotTimer: ENEMY_SHOT_INTERVAL,
      shotTimer: 0,
      lastAction: 0,
    }),

    /** Actions: stay, left, right, fire. */
    step(state, action, rng) {
      const shot = shoot(state, stickyAction(action[0]!, state.lastAction, params, rng));
      const { state: attacked, landed } = attack(shot);
      const isMet = (board: Board): boolean => isIn(board, SIDE - 1, shot.pos);
      const { alienMap, fBulletMap } = attacked;
      const hits = alienMap.map((row, y) => row.map((one, x) => one && isIn(fBulletMap, y, x)));
      const without = (board: Board): Board =>
        board.map((row, y) => row.map((one, x) => one && !isIn(hits, y, x)));
      const next = {
        ...attacked,
        alienMap: without(alienMap),
        fBulletMap: without(fBulletMap),
        shotTimer: Math.max(attacked.shotTimer - 1, 0),
        alienMoveTimer: attacked.alienMoveTimer - 1,
        alienShotTimer: attacked.alienShotTimer - 1,
      };
      return {
        state: refill(next, params.ramping),
        reward: countOf(hits),
        terminated: landed || [shot.eBulletMap, shot.alienMap, alienMap].some(isMet),
      };
    },

    observe({ pos, alienMap, alienDir, fBulletMap, eBulletMap }) {
      const marks = (board: Board, channel: number): Mark[] =>
        board.flatMap((row, y) => row.flatMap((one, x): Mark[] => (one ? [[x, y, channel]] : [])));
      return gridOf(6, [
        [pos, SIDE - 1, 0],
        ...marks(alienMap, 1),
        ...marks(alienMap, alienDir < 0 ? 2 : 3),
        ...marks(fBulletMap, 4),
        ...marks(eBulletMap, 5),
      ]);
    },
  };
}

export const minatarSpaceInvaders = spaceInvadersWith(MINATAR_PARAMS);
