/** N carts with poles on the host. */
import {
  ANGLE_LIMIT,
  FORCE,
  GRAVITY,
  HALF_LENGTH,
  MAX_EPISODE_STEPS,
  POLE_MASS,
  POSITION_LIMIT,
  TIME_STEP,
  TOTAL_MASS,
} from '../cartpole';

const FIELDS = 4;
/**
 * Position, velocity, angle, angular velocity, which is what is observed, and a 1 for the biases.
 */
export const ROW = FIELDS + 1;

/** How a step ended: not, by the task, or by the clock. */
export const RUNNING = 0;
export const TERMINATED = 1;
export const TRUNCATED = 2;

export class CartPoles {
  /** [N][ROW] */
  readonly states: Float32Array;
  /** Steps, and so the return, of the running episodes, [N] */
  private readonly lengths: Int32Array;
  /** Returns of the episodes that ended. */
  finished: number[] = [];

  constructor(
    readonly count: number,
    private readonly random: () => number,
  ) {
    this.states = new Float32Array(count * ROW).fill(1);
    this.lengths = new Int32Array(count);
    for (let cart = 0; cart < count; cart++) this.reset(cart);
  }

  /** Starts the next episode of a cart. */
  reset(cart: number): void {
    const first = cart * ROW;
    for (let field = 0; field < FIELDS; field++) {
      this.states[first + field] = this.random() * 0.1 - 0.05;
    }
    this.lengths[cart] = 0;
  }

  /** One Euler step, as in Gymnasium; leaves the final state in place if an episode ends. */
  step(cart: number, action: number): number {
    const { states } = this;
    const first = cart * ROW;
    const velocity = states[first + 1]!;
    const angle = states[first + 2]!;
    const angularVelocity = states[first + 3]!;
    const cosine = Math.cos(angle);
    const sine = Math.sin(angle);
    const force = action === 1 ? FORCE : -FORCE;
    // (F + m l ω² sin θ) / M
    const swing = POLE_MASS * HALF_LENGTH * angularVelocity * angularVelocity * sine;
    const push = (force + swing) / TOTAL_MASS;
    // α = (g sin θ - cos θ push) / (l (4/3 - m cos² θ / M))
    const lever = HALF_LENGTH * (4 / 3 - (POLE_MASS * cosine * cosine) / TOTAL_MASS);
    const angularAcceleration = (GRAVITY * sine - cosine * push) / lever;
    // a = push - m l α cos θ / M
    const pull = (POLE_MASS * HALF_LENGTH * angularAcceleration * cosine) / TOTAL_MASS;
    const position = states[first]! + TIME_STEP * velocity;
    const nextAngle = angle + TIME_STEP * angularVelocity;
    states[first] = position;
    states[first + 1] = velocity + TIME_STEP * (push - pull);
    states[first + 2] = nextAngle;
    states[first + 3] = angularVelocity + TIME_STEP * angularAcceleration;
    return this.ending(cart, position, nextAngle);
  }

  private ending(cart: number, position: number, angle: number): number {
    const length = this.lengths[cart]! + 1;
    this.lengths[cart] = length;
    const terminated = Math.abs(position) > POSITION_LIMIT || Math.abs(angle) > ANGLE_LIMIT;
    if (!terminated && length < MAX_EPISODE_STEPS) return RUNNING;
    this.finished.push(length);
    return terminated ? TERMINATED : TRUNCATED;
  }
}
