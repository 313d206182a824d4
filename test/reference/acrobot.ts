/** Acrobot-v1 as Gymnasium has it, with the "book" dynamics (Sutton 1996; Sutton and Barto). */

import type { Environment } from './environment';
import type { Vector } from './linear';

export interface AcrobotState {
  /** rad, 0 hangs down */
  readonly theta1: number;
  /** rad, 0 goes on straight */
  readonly theta2: number;
  /** rad/s */
  readonly thetaDot1: number;
  /** rad/s */
  readonly thetaDot2: number;
}

/** kg */
const M1 = 1;
const M2 = 1;
/** m */
const L1 = 1;
/** m from the upper end to the center of mass */
const LC1 = 0.5;
const LC2 = 0.5;
/** kg m² */
const I1 = 1;
const I2 = 1;
/** m/s² */
const G = 9.8;
/** s */
const TIME_STEP = 0.2;
/** rad/s */
const SPEED_LIMIT_1 = 4 * Math.PI;
const SPEED_LIMIT_2 = 9 * Math.PI;

/** Of [theta1, theta2, thetaDot1, thetaDot2] under `torque` (N m). */
function derivative([t1, t2, w1, w2]: Vector, torque: number): number[] {
  const [cos2, sin2] = [Math.cos(t2!), Math.sin(t2!)];
  const d1 = M1 * LC1 ** 2 + M2 * (L1 ** 2 + LC2 ** 2 + 2 * L1 * LC2 * cos2) + I1 + I2;
  const d2 = M2 * (LC2 ** 2 + L1 * LC2 * cos2) + I2;
  const phi2 = M2 * LC2 * G * Math.cos(t1! + t2! - Math.PI / 2);
  const phi1 =
    -M2 * L1 * LC2 * w2! ** 2 * sin2 -
    2 * M2 * L1 * LC2 * w2! * w1! * sin2 +
    (M1 * LC1 + M2 * L1) * G * Math.cos(t1! - Math.PI / 2) +
    phi2;
  const alpha2 =
    (torque + (d2 / d1) * phi1 - M2 * L1 * LC2 * w1! ** 2 * sin2 - phi2) /
    (M2 * LC2 ** 2 + I2 - d2 ** 2 / d1);
  const alpha1 = -(d2 * alpha2 + phi1) / d1;
  return [w1!, w2!, alpha1, alpha2];
}

const axpy = (a: number, x: Vector, y: Vector): number[] => y.map((value, i) => value + a * x[i]!);

/** One step of the classic Runge-Kutta method. */
function rungeKutta(y: Vector, torque: number): number[] {
  const k1 = derivative(y, torque);
  const k2 = derivative(axpy(TIME_STEP / 2, k1, y), torque);
  const k3 = derivative(axpy(TIME_STEP / 2, k2, y), torque);
  const k4 = derivative(axpy(TIME_STEP, k3, y), torque);
  const k = k1.map((value, i) => value + 2 * k2[i]! + 2 * k3[i]! + k4[i]!);
  return axpy(TIME_STEP / 6, k, y);
}

/** By whole turns into [-π, π]. */
function wrap(angle: number): number {
  if (angle > Math.PI) return wrap(angle - 2 * Math.PI);
  if (angle < -Math.PI) return wrap(angle + 2 * Math.PI);
  return angle;
}

const clip = (value: number, limit: number): number => Math.min(Math.max(value, -limit), limit);

export const acrobot: Environment<AcrobotState> = {
  maxEpisodeSteps: 500,

  /** Each component uniform in [-0.1, 0.1). */
  reset(rng) {
    const [theta1, theta2, thetaDot1, thetaDot2] = rng.random4();
    return {
      theta1: theta1 * 0.2 - 0.1,
      theta2: theta2 * 0.2 - 0.1,
      thetaDot1: thetaDot1 * 0.2 - 0.1,
      thetaDot2: thetaDot2 * 0.2 - 0.1,
    };
  },

  /** Action a is a torque of a - 1. */
  step({ theta1, theta2, thetaDot1, thetaDot2 }, action) {
    const [t1, t2, w1, w2] = rungeKutta([theta1, theta2, thetaDot1, thetaDot2], action[0]! - 1);
    const next = {
      theta1: wrap(t1!),
      theta2: wrap(t2!),
      thetaDot1: clip(w1!, SPEED_LIMIT_1),
      thetaDot2: clip(w2!, SPEED_LIMIT_2),
    };
    const terminated = -Math.cos(next.theta1) - Math.cos(next.theta2 + next.theta1) > 1;
    return { state: next, reward: terminated ? 0 : -1, terminated };
  },

  observe: ({ theta1, theta2, thetaDot1, thetaDot2 }) => [
    Math.cos(theta1),
    Math.sin(theta1),
    Math.cos(theta2),
    Math.sin(theta2),
    thetaDot1,
    thetaDot2,
  ],
};
