/** Twins against Gymnasium; CartPole-v1 has a file of its own. */

import { describe, expect, test } from 'vitest';
import { acrobot } from './acrobot';
import type { Environment } from './environment';
import { TWINS } from './environments';
import { readGymnasium } from './fixtures';
import type { Vector } from './linear';
import { mountainCar } from './mountain-car';
import { mountainCarContinuous } from './mountain-car-continuous';
import { pendulum } from './pendulum';
import { Rng, STREAM } from './rng';

interface TwinCase {
  readonly twin: Environment<unknown>;
  /** A state from the numbers in Gymnasium's order. */
  readonly stateOf: (numbers: Vector) => unknown;
  /** Of each number of a start state. */
  readonly starts: readonly (readonly [number, number])[];
  /** Of 1, or of the expected value where that is larger. */
  readonly tolerance: number;
}

const carState = ([x, xDot]: Vector) => ({ x, xDot });
const acrobotState = ([theta1, theta2, thetaDot1, thetaDot2]: Vector) => ({
  theta1,
  theta2,
  thetaDot1,
  thetaDot2,
});

const CASES: Readonly<Record<string, TwinCase>> = {
  'Acrobot-v1': {
    twin: acrobot,
    stateOf: acrobotState,
    starts: Array.from({ length: 4 }, () => [-0.1, 0.1]),
    tolerance: 1e-12,
  },
  'MountainCar-v0': {
    twin: mountainCar,
    stateOf: carState,
    starts: [
      [-0.6, -0.4],
      [0, 0],
    ],
    tolerance: 1e-12,
  },
  'MountainCarContinuous-v0': {
    twin: mountainCarContinuous,
    stateOf: carState,
    starts: [
      [-0.6, -0.4],
      [0, 0],
    ],
    // Gymnasium keeps this one's state in float32.
    tolerance: 1e-7,
  },
  'Pendulum-v1': {
    twin: pendulum,
    stateOf: ([theta, thetaDot]) => ({ theta, thetaDot }),
    starts: [
      [-Math.PI, Math.PI],
      [-1, 1],
    ],
    tolerance: 1e-12,
  },
};

const newRng = (n: number): Rng => new Rng({ seed: 1, stream: STREAM.reset, domain: 0 }, 0, 0, n);

function expectNear(actual: Vector, expected: Vector, tolerance: number): void {
  expect(actual.length).toBe(expected.length);
  for (const [i, value] of expected.entries()) {
    const difference = Math.abs(actual[i]! - value);
    expect(difference).toBeLessThanOrEqual(tolerance * Math.max(1, Math.abs(value)));
  }
}

describe.each(Object.entries(CASES))('%s', (id, { twin, stateOf, starts, tolerance }) => {
  const { transitions, max_episode_steps } = readGymnasium(id);

  test('takes the steps that Gymnasium takes', () => {
    for (const { state, action, ...expected } of transitions) {
      const actions = typeof action === 'number' ? [action] : action;
      const step = twin.step(stateOf(state), actions, newRng(0));
      expectNear(Object.values(step.state as object), expected.next_state, tolerance);
      // Gymnasium shows float32 numbers.
      expectNear(twin.observe(step.state), expected.next_obs, 1e-7);
      expectNear([step.reward], [expected.reward], 1e-12);
      expect(step.terminated).toBe(expected.terminated);
    }
  });

  test('has the time limit of Gymnasium', () => {
    expect(twin.maxEpisodeSteps).toBe(max_episode_steps);
  });

  test('its resets fill their ranges', () => {
    const states = Array.from({ length: 1000 }, (_, n) => Object.values(twin.reset(newRng(n))!));
    for (const [i, [low, high]] of starts.entries()) {
      const values = states.map((state) => state[i] as number);
      const margin = 0.01 * (high - low);
      expect(Math.min(...values)).toBeGreaterThanOrEqual(low);
      expect(Math.min(...values)).toBeLessThanOrEqual(low + margin);
      expect(Math.max(...values)).toBeLessThanOrEqual(high);
      expect(Math.max(...values)).toBeGreaterThanOrEqual(high - margin);
    }
  });

  test('is the twin that the contract tests pick up', () => {
    expect(TWINS[id]).toBe(twin);
  });
});
