/** The twin of LunarLander against Gymnasium's, whose Box2D computes in float32. */
import { describe, expect, test } from 'vitest';
import { expectClose } from './expect-close';
import { landerStateOf, readLanderVectors } from './lander-vectors';
import {
  continuousLander,
  discreteLander,
  LANDER_PARAMS,
  landerFirstStep,
  landerStart,
} from './lunar-lander';
import type { Rng } from './rng';

const vectors = readLanderVectors();
const { starts, transitions } = vectors;

/** Of 180 rounds in float32. */
const TOLERANCE = 3e-5;
/** Gymnasium's rewards are differences of 100 times its float32 numbers. */
const REWARD_TOLERANCE = 1e-3;

const paramsOf = (wind: boolean) => ({ ...LANDER_PARAMS, ENABLE_WIND: Number(wind) });

/** A generator that draws these numbers in [-1, 1) next. */
function rngOf(noise: readonly number[]): Rng {
  const [a, b] = noise.map((value) => (value + 1) / 2);
  return { random4: () => [a, b, 0, 0] } as unknown as Rng;
}

test('an episode begins as in Gymnasium with the same draws', () => {
  expect(starts.length).toBe(16);
  for (const { wind, draws, ground, observation } of starts) {
    const [fx, fy, first = 0, second = 0] = draws.slice(12);
    const start = landerStart(draws.slice(0, 12), [first, second]);
    const push = [fx!, fy!].map((u) => 1000 * (2 * u - 1)) as [number, number];
    const state = landerFirstStep(paramsOf(wind), start, push);
    expectClose(
      state.ground.map(([, y]) => y),
      ground,
      1e-6,
    );
    expectClose(discreteLander().observe(state), observation, TOLERANCE, 1);
  }
});

describe.each([
  ['flies', (index: number) => transitions[index]!.state.contacts.length === 0],
  ['touches the ground', (index: number) => transitions[index]!.state.contacts.length > 0],
])('a lander that %s', (_, belongs) => {
  const cases = transitions.filter((__, index) => belongs(index));

  test('takes the same step', () => {
    expect(cases.length).toBeGreaterThan(30);
    for (const each of cases) {
      const { continuous, wind } = starts[each.start]!;
      const twin = (continuous ? continuousLander : discreteLander)(paramsOf(wind));
      const step = twin.step(landerStateOf(vectors, each), each.action, rngOf(each.noise));
      expectClose(twin.observe(step.state), each.observation, TOLERANCE, 1);
      expect(step.terminated).toBe(each.terminated);
      expectClose([step.reward], [each.reward], REWARD_TOLERANCE, 1);
      const bodies = step.state.bodies.map(({ x, y, angle, vx, vy, spin }) => [
        ...[x, y, angle],
        ...[vx, vy, spin],
      ]);
      expectClose(bodies.flat(), each.bodies.flat(), TOLERANCE, 10);
    }
  });
});
