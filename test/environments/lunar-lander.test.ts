/** LunarLander on the device, one step at a time, against its twin; also with wind. */
import { describe, expect, test } from 'vitest';
import { findEnvironment } from '../../src/environments/index';
import { stateReader } from '../../src/environments/read-state';
import { continuousLander, discreteLander, type LanderState } from '../reference/lunar-lander';
import { Rng, STREAM, threefry4x32 } from '../reference/rng';
import { DEVICE_STATES } from './device-states';
import { pilot, throttle } from './lander-pilot';
import { landerFields, landerStateOf } from './lander-state';
import { type OneStep, takeOneStep } from './one-step';
import { packState } from './pack-state';
import { differenceOf, takenByDevice, takenByTwin } from './step-difference';

/** For both action spaces; its exceptions are those of walks, which touch the ground less often. */
const DEVICE = DEVICE_STATES['LunarLander-v3']!;
/** In tolerances: of all steps, and of all but one in a hundred. */
const LARGEST = 10;
const WORSE = { than: 1, share: 0.01 };

interface Case {
  readonly words: Uint32Array;
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
  const environment = findEnvironment(id);
  const isContinuous = environment.action.type === 'box';
  const visit = (seed: number): Case[] => {
    const rng = (stream: number, step: number): Rng =>
      new Rng({ seed, stream, domain: 0 }, 0, step, 0);
    const cases: Case[] = [];
    let state: LanderState = twin.reset(rng(STREAM.reset, 0));
    for (let t = 0; t < 400; t++) {
      const u = rng(STREAM.act, t).random4();
      const random = u[0] < 0.1 * (seed % 4);
      const choice = random ? Math.floor(4 * u[1]) : pilot(twin.observe(state));
      const action = isContinuous ? throttle(choice) : [choice];
      if (state.contacts.length > 0 || t % 4 === 0)
        cases.push({ words: packState(environment, landerFields(state)), action });
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

/** The largest difference of what is observed, in tolerances. */
function farthest(actual: readonly number[], expected: readonly number[]): number {
  const differences = expected.map(
    (value, index) => Math.abs(actual[index]! - value) / Math.max(1, Math.abs(value)),
  );
  return Math.max(...differences) / DEVICE.tolerance;
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
    const read = stateReader(findEnvironment(world.id), cases[0]!.words.length);
    const touching = new Set<number>();
    let endings = 0;
    let worse = 0;
    for (const [n, { words, action }] of cases.entries()) {
      const before = landerStateOf(read(new DataView(words.buffer)).state);
      const { state, ...outcome } = world.twin.step(before, action, rngOf(n));
      const ending = Number(outcome.terminated);
      const next = { state, length: 0 };
      const { reward, terminated, observation, words: after } = steps[n]!;
      const difference = differenceOf(
        DEVICE,
        takenByDevice(DEVICE, reward, Number(terminated), read(after).state),
        takenByTwin(DEVICE, { reward: outcome.reward, ending, next }),
      );
      const what = `case ${n}, ${before.contacts.length} contacts`;
      expect(difference, what).toBeLessThanOrEqual(LARGEST);
      worse += Number(difference > WORSE.than);
      const seen = farthest(observation, world.twin.observe(state));
      expect(seen, `observation ${what}`).toBeLessThanOrEqual(Math.max(1, difference));
      touching.add(before.contacts.length);
      endings += ending;
    }
    expect([...touching].sort().slice(0, 3)).toEqual([0, 1, 2]);
    expect(endings).toBeGreaterThan(5);
    expect(worse).toBeLessThanOrEqual(WORSE.share * cases.length);
  });
});
