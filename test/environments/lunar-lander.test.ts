/** LunarLander on the device, one step at a time, against its twin. */
import { describe, expect, test } from 'vitest';
import { findEnvironment } from '../../src/environments/index';
import { continuousLander, discreteLander, type LanderState } from '../reference/lunar-lander';
import { Rng, STREAM, threefry4x32 } from '../reference/rng';
import { packLander, unpackLander } from './lander-state';
import { type OneStep, takeOneStep } from './one-step';

/** Of a value, and of 1 where that is smaller. */
const TOLERANCE = 1e-5;
/** A reward is a difference of 100 times the numbers that are observed. */
const REWARD_SCALE = 100;
/**
 * Of one step in a hundred, in which a leg of 70 g meets the ground under a hull of 5 kg: rounding
 * of where it touches comes back as speed. Box2D itself, in float32, is up to 3e-5 off there.
 */
const LARGEST = 1e-4;
/** Words of places, velocities and impulses, and all that follows. */
const FLOATS = [0, 56] as const;
const COUNTERS = [56, 80] as const;

const clamp = (value: number, limit: number): number => Math.min(Math.max(value, -limit), limit);

/** A simple pilot, which lands more often than not. */
function pilot(observation: readonly number[]): number {
  const [x, y, vx, vy, angle, spin, first, second] = observation as readonly number[] & {
    0: number;
  };
  const stands = first! + second! > 0;
  const turn = stands ? 0 : 0.5 * (clamp(0.6 * x! + vx!, 0.4) - angle!) - spin!;
  const lift = stands ? -0.5 * vy! : 0.25 * Math.abs(x!) - 0.5 * y! - 0.5 * vy!;
  if (lift > Math.max(Math.abs(turn), 0.05)) return 2;
  if (Math.abs(turn) < 0.05) return 0;
  return turn < 0 ? 3 : 1;
}

interface Case {
  readonly words: readonly number[];
  readonly action: readonly number[];
}

const WINDY = { ENABLE_WIND: 1 };
const WORLDS = [
  { id: 'LunarLander-v3', twin: discreteLander(), params: {} },
  { id: 'LunarLander-v3', twin: discreteLander(WINDY), params: WINDY },
  { id: 'LunarLanderContinuous-v3', twin: continuousLander(), params: {} },
] as const;
type World = (typeof WORLDS)[number];

/** States on ways of the pilot with some random actions: all that touch, some that fly. */
function visitedBy({ id, twin }: World): Case[] {
  const isContinuous = id === 'LunarLanderContinuous-v3';
  const continuous = (choice: number): number[] => [
    choice === 2 ? 0.6 : -0.3,
    choice === 1 ? -0.8 : choice === 3 ? 0.9 : 0.2,
  ];
  const visit = (seed: number): Case[] => {
    const rng = (stream: number, step: number): Rng =>
      new Rng({ seed, stream, domain: 0 }, 0, step, 0);
    const cases: Case[] = [];
    let state: LanderState = twin.reset(rng(STREAM.reset, 0));
    for (let t = 0; t < 400; t++) {
      const u = rng(STREAM.act, t).random4();
      const random = u[0] < 0.1 * (seed % 4);
      const choice = random ? Math.floor(4 * u[1]) : pilot(twin.observe(state));
      const action = isContinuous ? continuous(choice) : [choice];
      if (state.contacts.length > 0 || t % 4 === 0)
        cases.push({ words: packLander(state), action });
      const step = twin.step(state, action, rng(STREAM.step, t));
      if (step.terminated) break;
      state = step.state;
    }
    return cases;
  };
  return Array.from({ length: 16 }, (_, seed) => visit(seed)).flat();
}

/** The generator that one-step.wesl gives environment `n`. */
function rngOf(n: number): Rng {
  const words = threefry4x32([1, 1, 1, 1], [n, n, n, n]);
  const numbers = [...words].map((word) => (word >>> 8) * 2 ** -24);
  return { random4: () => numbers } as unknown as Rng;
}

/** The largest difference between words `from` to `to`, relative to the value or 1. */
function farthest(
  actual: readonly number[],
  expected: readonly number[],
  [from, to]: readonly [number, number] = [0, expected.length],
): number {
  const differences = expected
    .slice(from, to)
    .map((value, index) => Math.abs(actual[from + index]! - value) / Math.max(1, Math.abs(value)));
  return Math.max(...differences);
}

async function playDevice({ id, params }: World, cases: readonly Case[]): Promise<OneStep[]> {
  const definition = findEnvironment(id);
  const environment = { ...definition, params: { ...definition.params, ...params } };
  const size = cases[0]!.action.length;
  return takeOneStep(environment, {
    states: cases.map(({ words }) => words),
    actions: Array.from({ length: size }, (_, a) => cases.map(({ action }) => action[a]!)),
  });
}

describe.each(WORLDS)('$id with $params', (world) => {
  test('one step from any state that is visited is that of the twin', async () => {
    const cases = visitedBy(world);
    expect(cases.length).toBeGreaterThan(500);
    const steps = await playDevice(world, cases);
    const touching = new Set<number>();
    let endings = 0;
    let worse = 0;
    let exactRewards = 0;
    for (const [n, { words, action }] of cases.entries()) {
      const before = unpackLander(words);
      const expected = world.twin.step(before, action, rngOf(n));
      const { state, observation, reward, terminated } = steps[n]!;
      const after = packLander(expected.state);
      const what = `case ${n}, ${before.contacts.length} contacts`;
      const difference = farthest(state, after, FLOATS);
      expect(difference, `state of ${what}`).toBeLessThanOrEqual(LARGEST);
      worse += Number(difference > TOLERANCE);
      expect(state.slice(...COUNTERS), `counters ${what}`).toEqual(after.slice(...COUNTERS));
      const seen = farthest(observation, world.twin.observe(expected.state));
      expect(seen, `observation ${what}`).toBeLessThanOrEqual(Math.max(TOLERANCE, difference));
      const missed = Math.abs(reward - expected.reward);
      expect(missed, `reward ${what}`).toBeLessThanOrEqual(LARGEST * REWARD_SCALE);
      exactRewards += Number(missed <= TOLERANCE * REWARD_SCALE);
      expect(terminated, `ending ${what}`).toBe(expected.terminated);
      touching.add(before.contacts.length);
      endings += Number(terminated);
    }
    expect([...touching].sort().slice(0, 3)).toEqual([0, 1, 2]);
    expect(endings).toBeGreaterThan(5);
    expect(worse).toBeLessThanOrEqual(0.01 * cases.length);
    expect(exactRewards).toBeGreaterThanOrEqual(0.99 * cases.length);
  });
});
