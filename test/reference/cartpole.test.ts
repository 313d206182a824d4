import { expect, test } from 'vitest';
import { cartPole } from './cartpole';
import { readGymnasium } from './fixtures';
import { Rng, STREAM } from './rng';

const gymnasium = readGymnasium('CartPole-v1');
const newRng = (n: number): Rng => new Rng({ seed: 1, stream: STREAM.reset, domain: 0 }, 0, 0, n);

test('CartPole-v1 takes the steps that Gymnasium takes', () => {
  for (const transition of gymnasium.transitions) {
    const [x, xDot, theta, thetaDot] = transition.state;
    const state = { x: x!, xDot: xDot!, theta: theta!, thetaDot: thetaDot! };
    const step = cartPole.step(state, [Number(transition.action)], newRng(0));
    for (const [i, value] of cartPole.observe(step.state).entries()) {
      const expected = transition.next_state[i]!;
      expect(Math.abs(value - expected)).toBeLessThanOrEqual(
        1e-12 * Math.max(1, Math.abs(expected)),
      );
    }
    expect(step.reward).toBe(transition.reward);
    expect(step.terminated).toBe(transition.terminated);
  }
});

test('the time limit is that of Gymnasium', () => {
  expect(cartPole.maxEpisodeSteps).toBe(gymnasium.max_episode_steps);
});

test('resets fill [-0.05, 0.05)', () => {
  const values = Array.from({ length: 1000 }, (_, n) =>
    cartPole.observe(cartPole.reset(newRng(n))),
  ).flat();
  expect(Math.min(...values)).toBeGreaterThanOrEqual(-0.05);
  expect(Math.min(...values)).toBeLessThan(-0.0499);
  expect(Math.max(...values)).toBeLessThan(0.05);
  expect(Math.max(...values)).toBeGreaterThan(0.0499);
});
