/** MinAtar-Freeway-v1 as minatar 1.0.15 has it. */

import type { Environment } from './environment';
import {
  clampToGrid,
  drawBelow,
  gridOf,
  type Mark,
  MINATAR_PARAMS,
  type MinatarParams,
  SIDE,
  stickyAction,
} from './minatar';
import type { Rng } from './rng';

export interface Car {
  readonly x: number;
  /** Steps until the next move. */
  readonly timer: number;
  /** Steps between two moves less 1, negative on the way to the left. */
  readonly speed: number;
}

export interface FreewayState {
  /** Row of the chicken. */
  readonly pos: number;
  /** Steps until it can move again. */
  readonly moveTimer: number;
  /** Steps until the end, which comes below 0. */
  readonly terminateTimer: number;
  /** Car i is in row i + 1. */
  readonly cars: readonly Car[];
  readonly lastAction: number;
}

const CARS = 8;
const CHICKEN_X = 4;
const MOVE_STEPS = 3;
const TIME_LIMIT = 2500;

/** Draws all speeds, then all directions. */
function drawSpeeds(rng: Rng): number[] {
  const speeds = Array.from({ length: CARS }, () => 1 + drawBelow(5, rng));
  return speeds.map((speed) => (rng.random() < 0.5 ? -speed : speed));
}

const withSpeeds = (columns: readonly number[], speeds: readonly number[]): Car[] =>
  columns.map((x, i) => ({ x, timer: Math.abs(speeds[i]!), speed: speeds[i]! }));

function drive({ x, timer, speed }: Car): Car {
  if (timer > 0) return { x, timer: timer - 1, speed };
  return { x: (x + Math.sign(speed) + SIDE) % SIDE, timer: Math.abs(speed), speed };
}

/** The row of the chicken after all cars have moved, one after the other. */
function rowBehindCars(before: readonly Car[], after: readonly Car[], start: number): number {
  return before.reduce((pos, { x }, i) => {
    const isHit = pos === i + 1 && (x === CHICKEN_X || after[i]!.x === CHICKEN_X);
    return isHit ? SIDE - 1 : pos;
  }, start);
}

export function freewayWith(params: MinatarParams): Environment<FreewayState> {
  return {
    // The game ends there itself.
    maxEpisodeSteps: TIME_LIMIT + 1,

    reset(rng) {
      return {
        pos: SIDE - 1,
        moveTimer: MOVE_STEPS,
        terminateTimer: TIME_LIMIT,
        cars: withSpeeds(new Array<number>(CARS).fill(0), drawSpeeds(rng)),
        lastAction: 0,
      };
    },

    /** Actions: stay, up, down. */
    step(state, action, rng) {
      const lastAction = stickyAction(action[0]!, state.lastAction, params, rng);
      const moves = lastAction > 0 && state.moveTimer === 0;
      const wanted = moves ? clampToGrid(state.pos + [0, -1, 1][lastAction]!) : state.pos;
      const arrived = wanted === 0;
      const columns = state.cars.map(({ x }) => x);
      const before = arrived ? withSpeeds(columns, drawSpeeds(rng)) : state.cars;
      const cars = before.map(drive);
      const pos = rowBehindCars(before, cars, arrived ? SIDE - 1 : wanted);
      const moveTimer = moves ? MOVE_STEPS : state.moveTimer;
      const terminateTimer = state.terminateTimer - 1;
      return {
        state: { pos, moveTimer: Math.max(moveTimer - 1, 0), terminateTimer, cars, lastAction },
        reward: Number(arrived),
        terminated: terminateTimer < 0,
      };
    },

    observe({ pos, cars }) {
      const marks = cars.flatMap(({ x, speed }, i): Mark[] => [
        [x, i + 1, 1],
        [(x - Math.sign(speed) + SIDE) % SIDE, i + 1, 1 + Math.abs(speed)],
      ]);
      return gridOf(7, [[CHICKEN_X, pos, 0], ...marks]);
    },
  };
}

export const minatarFreeway = freewayWith(MINATAR_PARAMS);
