/** Pendulum-v1 as Gymnasium has it. */

import type { Environment } from './environment';

export interface PendulumState {
  /** rad, 0 is upright; not wrapped */
  readonly theta: number;
  /** rad/s */
  readonly thetaDot: number;
}

/** m/s² */
const GRAVITY = 10;
/** kg */
const MASS = 1;
/** m */
const LENGTH = 1;
/** N m */
const TORQUE_LIMIT = 2;
/** rad/s */
const SPEED_LIMIT = 8;
/** s */
const TIME_STEP = 0.05;

const clip = (value: number, limit: number): number => Math.min(Math.max(value, -limit), limit);

/** In [-π, π). */
function normalized(angle: number): number {
  const turn = 2 * Math.PI;
  const rest = (angle + Math.PI) % turn;
  return (rest < 0 ? rest + turn : rest) - Math.PI;
}

export const pendulum: Environment<PendulumState> = {
  maxEpisodeSteps: 200,

  /** Any angle, and a speed in [-1, 1). */
  reset(rng) {
    const [theta, thetaDot] = rng.random4();
    return { theta: Math.PI * (2 * theta - 1), thetaDot: 2 * thetaDot - 1 };
  },

  /** Semi-implicit Euler: the new speed moves the angle. It never ends by itself. */
  step({ theta, thetaDot }, action) {
    const torque = clip(action[0]!, TORQUE_LIMIT);
    const cost = normalized(theta) ** 2 + 0.1 * thetaDot ** 2 + 0.001 * torque ** 2;
    // thetaAcc = 3 g sin theta / 2 l + 3 u / m l^2
    const thetaAcc =
      ((3 * GRAVITY) / (2 * LENGTH)) * Math.sin(theta) + (3 / (MASS * LENGTH ** 2)) * torque;
    const speed = clip(thetaDot + TIME_STEP * thetaAcc, SPEED_LIMIT);
    const next = { theta: theta + TIME_STEP * speed, thetaDot: speed };
    return { state: next, reward: -cost, terminated: false };
  },

  observe: ({ theta, thetaDot }) => [Math.cos(theta), Math.sin(theta), thetaDot],
};
