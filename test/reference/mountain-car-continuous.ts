/** MountainCarContinuous-v0 as Gymnasium has it (Moore 1990). */

import type { Environment } from './environment';
import { type MountainCarState, mountainCar, roll } from './mountain-car';

const POWER = 0.0015;
const GOAL = 0.45;

export const mountainCarContinuous: Environment<MountainCarState> = {
  ...mountainCar,
  maxEpisodeSteps: 999,

  /** The force is clipped, the cost is not. */
  step(state, action) {
    const push = Math.min(Math.max(action[0]!, -1), 1);
    const next = roll(state, push * POWER);
    const terminated = next.x >= GOAL && next.xDot >= 0;
    const reward = (terminated ? 100 : 0) - 0.1 * action[0]! ** 2;
    return { state: next, reward, terminated };
  },
};
