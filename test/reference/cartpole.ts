/** CartPole-v1 as Gymnasium has it (Barto, Sutton and Anderson 1983). */

import type { Environment } from './environment';

export interface CartPoleState {
  /** m */
  readonly x: number;
  /** m/s */
  readonly xDot: number;
  /** rad, 0 is upright */
  readonly theta: number;
  /** rad/s */
  readonly thetaDot: number;
}

/** m/s² */
const GRAVITY = 9.8;
/** kg */
const CART_MASS = 1;
/** kg */
const POLE_MASS = 0.1;
const TOTAL_MASS = CART_MASS + POLE_MASS;
/** Half the pole's length, m */
const POLE_LENGTH = 0.5;
/** kg m */
const POLE_MASS_LENGTH = POLE_MASS * POLE_LENGTH;
/** N */
const FORCE = 10;
/** s */
const TIME_STEP = 0.02;
/** m */
const X_LIMIT = 2.4;
/** rad: 12 degrees */
const THETA_LIMIT = (12 * 2 * Math.PI) / 360;

/** Linear (m/s²) and angular (rad/s²) acceleration under `force` (N). */
function accelerations(state: CartPoleState, force: number) {
  const cos = Math.cos(state.theta);
  const sin = Math.sin(state.theta);
  // temp = (F + m_p l thetaDot^2 sin theta) / m
  const temp = (force + POLE_MASS_LENGTH * state.thetaDot ** 2 * sin) / TOTAL_MASS;
  // thetaAcc = (g sin theta - cos theta temp) / (l (4/3 - m_p cos^2 theta / m))
  const thetaAcc =
    (GRAVITY * sin - cos * temp) / (POLE_LENGTH * (4 / 3 - (POLE_MASS * cos ** 2) / TOTAL_MASS));
  // xAcc = temp - m_p l thetaAcc cos theta / m
  const xAcc = temp - (POLE_MASS_LENGTH * thetaAcc * cos) / TOTAL_MASS;
  return { xAcc, thetaAcc };
}

export const cartPole: Environment<CartPoleState> = {
  maxEpisodeSteps: 500,

  /** Each component uniform in [-0.05, 0.05). */
  reset(rng) {
    const [x, xDot, theta, thetaDot] = rng.random4();
    return {
      x: x * 0.1 - 0.05,
      xDot: xDot * 0.1 - 0.05,
      theta: theta * 0.1 - 0.05,
      thetaDot: thetaDot * 0.1 - 0.05,
    };
  },

  /** Action 1 pushes to the right, 0 to the left. Explicit Euler: old velocities move positions. */
  step(state, action) {
    const { xAcc, thetaAcc } = accelerations(state, action[0] === 1 ? FORCE : -FORCE);
    const next = {
      x: state.x + TIME_STEP * state.xDot,
      xDot: state.xDot + TIME_STEP * xAcc,
      theta: state.theta + TIME_STEP * state.thetaDot,
      thetaDot: state.thetaDot + TIME_STEP * thetaAcc,
    };
    const terminated = Math.abs(next.x) > X_LIMIT || Math.abs(next.theta) > THETA_LIMIT;
    return { state: next, reward: 1, terminated };
  },

  observe: ({ x, xDot, theta, thetaDot }) => [x, xDot, theta, thetaDot],
};
