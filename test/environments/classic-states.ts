/** The states of classic control from the members of the shaders' State. */
import type { StateFields } from '../../src/environments/state-fields';
import type { AcrobotState } from '../reference/acrobot';
import type { CartPoleState } from '../reference/cartpole';
import type { MountainCarState } from '../reference/mountain-car';
import type { PendulumState } from '../reference/pendulum';
import type { DeviceStates } from './device-states';

type Numbers = Readonly<Record<string, number>>;
type Pairs = Readonly<Record<string, readonly [number, number]>>;

function cartPoleState(fields: StateFields): CartPoleState {
  const { position, velocity, angle, angular_velocity } = fields as Numbers;
  return { x: position!, xDot: velocity!, theta: angle!, thetaDot: angular_velocity! };
}

function acrobotState(fields: StateFields): AcrobotState {
  const { angles, velocities } = fields as Pairs;
  const [theta1, theta2] = angles!;
  const [thetaDot1, thetaDot2] = velocities!;
  return { theta1, theta2, thetaDot1, thetaDot2 };
}

function mountainCarState(fields: StateFields): MountainCarState {
  const { position, velocity } = fields as Numbers;
  return { x: position!, xDot: velocity! };
}

function pendulumState(fields: StateFields): PendulumState {
  const { angle, angular_velocity } = fields as Numbers;
  return { theta: angle!, thetaDot: angular_velocity! };
}

/** Measured on lavapipe: states up to 3.3e-6, computed rewards up to 2.8e-6. */
const TOLERANCE = 1e-5;

/**
 * Rewards that are computed from floats are the twin's within the same tolerance: WGSL lets a
 * device fuse and reorder operations, so no twin has the last bit of every device.
 */
export const CLASSIC_STATES: Readonly<Record<string, DeviceStates>> = {
  'CartPole-v1': { stateOf: cartPoleState, tolerance: TOLERANCE, oneReward: true },
  'Acrobot-v1': { stateOf: acrobotState, tolerance: TOLERANCE },
  'MountainCar-v0': { stateOf: mountainCarState, tolerance: TOLERANCE, oneReward: true },
  'MountainCarContinuous-v0': {
    stateOf: mountainCarState,
    tolerance: TOLERANCE,
    rewardTolerance: TOLERANCE,
  },
  'Pendulum-v1': {
    stateOf: pendulumState,
    tolerance: TOLERANCE,
    rewardTolerance: TOLERANCE,
    endless: true,
  },
};
