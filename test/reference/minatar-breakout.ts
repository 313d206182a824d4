/** MinAtar-Breakout-v1 as minatar 1.0.15 has it. */

import type { Environment } from './environment';
import {
  clampToGrid,
  drawBelow,
  gridOf,
  isOnGrid,
  type Mark,
  MINATAR_PARAMS,
  type MinatarParams,
  SIDE,
  stickyAction,
} from './minatar';

export interface BreakoutState {
  /** Columns from the left and rows from the top. */
  readonly ballX: number;
  readonly ballY: number;
  /** Where the ball was before. */
  readonly lastX: number;
  readonly lastY: number;
  /** Of the ball: up and left, up and right, down and right, down and left. */
  readonly ballDir: number;
  readonly pos: number;
  /** [10][10], [row][column] */
  readonly brickMap: readonly (readonly boolean[])[];
  /** The ball is in a brick and breaks no other. */
  readonly strike: boolean;
  readonly lastAction: number;
}

const MOVES = [
  [-1, -1],
  [1, -1],
  [1, 1],
  [-1, 1],
] as const;
/** What becomes of each direction at a wall, at a brick or the paddle, at the paddle's edge. */
const MIRRORED_X = [1, 0, 3, 2];
const MIRRORED_Y = [3, 2, 1, 0];
const TURNED = [2, 3, 0, 1];

const ALL_BRICKS = Array.from({ length: SIDE }, (_, y) =>
  new Array<boolean>(SIDE).fill(y >= 1 && y <= 3),
);

interface Fallen {
  readonly x: number;
  readonly y: number;
  readonly ballDir: number;
  readonly brickMap: BreakoutState['brickMap'];
  readonly reward: number;
  readonly terminated: boolean;
}

/** What happens to a ball that would come to (x, y), a column of the grid. */
function meet(state: BreakoutState, x: number, y: number, ballDir: number): Fallen {
  const { brickMap, lastY, lastX, pos } = state;
  const free = { x, y, ballDir, brickMap, reward: 0, terminated: false };
  if (y < 0) return { ...free, y: 0, ballDir: MIRRORED_Y[ballDir]! };
  if (brickMap[y]![x]) {
    if (state.strike) return free;
    const without = brickMap.map((row, r) => row.map((brick, c) => brick && !(r === y && c === x)));
    return { ...free, y: lastY, ballDir: MIRRORED_Y[ballDir]!, brickMap: without, reward: 1 };
  }
  if (y < SIDE - 1) return free;
  const below = { ...free, brickMap: brickMap.flat().some(Boolean) ? brickMap : ALL_BRICKS };
  if (lastX === pos) return { ...below, y: lastY, ballDir: MIRRORED_Y[ballDir]! };
  if (x === pos) return { ...below, y: lastY, ballDir: TURNED[ballDir]! };
  return { ...below, terminated: true };
}

export function breakoutWith(params: MinatarParams): Environment<BreakoutState> {
  return {
    maxEpisodeSteps: 1000,

    /** Draws the side on which the ball starts. */
    reset(rng) {
      const [ballX, ballDir] = drawBelow(2, rng) === 0 ? [0, 2] : [SIDE - 1, 3];
      const ball = { ballX, ballY: 3, lastX: ballX, lastY: 3, ballDir };
      return { ...ball, pos: 4, brickMap: ALL_BRICKS, strike: false, lastAction: 0 };
    },

    /** Actions: stay, left, right. */
    step(state, action, rng) {
      const lastAction = stickyAction(action[0]!, state.lastAction, params, rng);
      const pos = clampToGrid(state.pos + [0, -1, 1][lastAction]!);
      const { ballX: lastX, ballY: lastY } = state;
      const [dx, dy] = MOVES[state.ballDir]!;
      const [x, y] = [lastX + dx, lastY + dy];
      const ballDir = isOnGrid(x) ? state.ballDir : MIRRORED_X[state.ballDir]!;
      const moved = { ...state, lastAction, pos, lastX, lastY };
      const met = meet(moved, clampToGrid(x), y, ballDir);
      const strike = y >= 0 && state.brickMap[y]![clampToGrid(x)]!;
      const next = { ballX: met.x, ballY: met.y, ballDir: met.ballDir, brickMap: met.brickMap };
      return {
        state: { ...moved, ...next, strike },
        reward: met.reward,
        terminated: met.terminated,
      };
    },

    observe({ ballX, ballY, lastX, lastY, pos, brickMap }) {
      const bricks = brickMap.flatMap((row, y) =>
        row.flatMap((brick, x): Mark[] => (brick ? [[x, y, 3]] : [])),
      );
      return gridOf(4, [[pos, SIDE - 1, 0], [ballX, ballY, 1], [lastX, lastY, 2], ...bricks]);
    },
  };
}

export const minatarBreakout = breakoutWith(MINATAR_PARAMS);
