/** N carts with poles as tensors: everything stays on the backend. */
import * as tf from '@tensorflow/tfjs-core';
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

/** Each tensor is [N]. */
export interface CartPoles {
  readonly position: tf.Tensor1D;
  readonly velocity: tf.Tensor1D;
  readonly angle: tf.Tensor1D;
  readonly angularVelocity: tf.Tensor1D;
  /** Steps of the running episode, which are its return too. */
  readonly length: tf.Tensor1D;
}

export interface CartPolesStep {
  readonly next: CartPoles;
  /** 1 if an episode ended, [N]. */
  readonly ended: tf.Tensor1D;
  /** Return of the episode that ended, 0 elsewhere, [N]. */
  readonly finishedReturn: tf.Tensor1D;
}

export function resetCartPoles(count: number): CartPoles {
  const start = (): tf.Tensor1D => tf.randomUniform<tf.Rank.R1>([count], -0.05, 0.05);
  return {
    position: start(),
    velocity: start(),
    angle: start(),
    angularVelocity: start(),
    length: tf.zeros<tf.Rank.R1>([count]),
  };
}

/** [N, 4] */
export function observe({ position, velocity, angle, angularVelocity }: CartPoles): tf.Tensor2D {
  return tf.stack([position, velocity, angle, angularVelocity], 1) as tf.Tensor2D;
}

/** One Euler step, as in Gymnasium. */
function advance(carts: CartPoles, action: tf.Tensor1D): CartPoles {
  const { position, velocity, angle, angularVelocity, length } = carts;
  const force = tf.sub(tf.mul(tf.cast(action, 'float32'), 2 * FORCE), FORCE);
  const cosine = tf.cos(angle);
  const sine = tf.sin(angle);
  // (F + m l ω² sin θ) / M
  const swing = tf.mul(tf.square(angularVelocity), sine);
  const push = tf.div(tf.add(force, tf.mul(swing, POLE_MASS * HALF_LENGTH)), TOTAL_MASS);
  // α = (g sin θ - cos θ push) / (l (4/3 - m cos² θ / M))
  const lever = tf.sub(4 / 3, tf.mul(tf.square(cosine), POLE_MASS / TOTAL_MASS));
  const torque = tf.sub(tf.mul(sine, GRAVITY), tf.mul(cosine, push));
  const angularAcceleration = tf.div(torque, tf.mul(lever, HALF_LENGTH));
  // a = push - m l α cos θ / M
  const pull = tf.mul(angularAcceleration, cosine);
  const acceleration = tf.sub(push, tf.mul(pull, (POLE_MASS * HALF_LENGTH) / TOTAL_MASS));
  return {
    position: tf.add(position, tf.mul(velocity, TIME_STEP)),
    velocity: tf.add(velocity, tf.mul(acceleration, TIME_STEP)),
    angle: tf.add(angle, tf.mul(angularVelocity, TIME_STEP)),
    angularVelocity: tf.add(angularVelocity, tf.mul(angularAcceleration, TIME_STEP)),
    length: tf.add(length, 1),
  };
}

function hasEnded({ position, angle, length }: CartPoles): tf.Tensor1D {
  const outside = tf.greater(tf.abs(position), POSITION_LIMIT);
  const fallen = tf.greater(tf.abs(angle), ANGLE_LIMIT);
  const late = tf.greaterEqual(length, MAX_EPISODE_STEPS);
  return tf.logicalOr(tf.logicalOr(outside, fallen), late);
}

/** Steps all carts and resets those whose episode ended; call it within tidy. */
export function stepCartPoles(carts: CartPoles, action: tf.Tensor1D): CartPolesStep {
  const moved = advance(carts, action);
  const over = hasEnded(moved);
  const fresh = resetCartPoles(action.shape[0]);
  const pick = (key: keyof CartPoles): tf.Tensor1D => tf.where(over, fresh[key], moved[key]);
  const ended = tf.cast(over, 'float32');
  return {
    next: {
      position: pick('position'),
      velocity: pick('velocity'),
      angle: pick('angle'),
      angularVelocity: pick('angularVelocity'),
      length: pick('length'),
    },
    ended,
    finishedReturn: tf.mul(ended, moved.length),
  };
}
