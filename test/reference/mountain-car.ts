/** MountainCar-v0 as Gymnasium has it (Moore 1990). Time counts in steps, lengths have no unit. */

import type { Environment } from './environment';

export interface MountainCarState {
  /** The height of the valley is sin 3x. */
  readonly x: number;
  readonly xDot: number;
}

const FORCE = 0.001;
const GRAVITY = 0.0025;
const SPEED_LIMIT = 0.07;
const WALL = -1.2;
const RIGHT_END = 0.6;
const GOAL = 0.5;

const clip = (value: number, low: number, high: number): number =>
  Math.min(Math.max(value, low), high);

/** One step under `force`; the wall on the left stops the car. */
export function roll({ x, xDot }: MountainCarState, force: number): MountainCarState {
  // xDot' = xDot + F - g cos 3x
  const speed = clip(xDot + force - GRAVITY * Math.cos(3 * x), -SPEED_LIMIT, SPEED_LIMIT);
  const place = clip(x + speed, WALL, RIGHT_END);
  return { x: place, xDot: place === WALL && speed < 0 ? 0 : speed };
}

export const mountainCar: Environment<MountainCarState> = {
  maxEpisodeSteps: 200,

  /** At rest, uniform in [-0.6, -0.4). */
  reset: (rng) => ({ x: rng.random() * 0.2 - 0.6, xDot: 0 }),

  /** Action 0 pushes to the left, 1 not at all, 2 to the right. */
  step(state, action) {
    const next = roll(state, (action[0]! - 1) * FORCE);
    return { state: next, reward: -1, terminated: next.x >= GOAL && next.xDot >= 0 };
  },

  observe: ({ x, xDot }) => [x, xDot],
};
