/**
 * Long walks on the device against the twins, step by step: rewards and endings exactly, states
 * exactly where they are integers. Scripted policies act, now and then at random, so that the walks
 * come further than random ones; without a scripted one some environments look a step ahead.
 */
import isDeepEqual from 'fast-deep-equal';
import { describe, expect, test } from 'vitest';
import { findEnvironment } from '../../src/environments/index';
import type { StateFields } from '../../src/environments/state-fields';
import type { Environment } from '../reference/environment';
import { TWINS } from '../reference/environments';
import { Rng, STREAM } from '../reference/rng';
import { SCRIPTED } from '../reference/scripted/policies';
import { randomPolicy, type ScriptedPolicy } from '../reference/scripted/policy';
import { DEVICE_STATES, type DeviceStates } from './device-states';
import { closeTraced, openTraced, playTraced, type TracedRollout } from './traced-walk';

const SIZES = { envs: 65, steps: 128, seed: 11 };
const ROLLOUTS = 32;
/** Of the actions. */
const RANDOM_SHARE = 0.05;
/** Without a scripted policy, one environment in so many avoids actions that end its episode. */
const CAREFUL = 5;
/** Differences that are named. */
const NAMED = 5;

interface Walker {
  readonly state: unknown;
  /** Steps of its episode. */
  readonly length: number;
}

/** Everything that the numbers of a step depend on. */
interface StepPlace {
  readonly iteration: number;
  readonly t: number;
  readonly n: number;
}

const rngOf = (stream: number, { iteration, t, n }: StepPlace): Rng =>
  new Rng({ seed: SIZES.seed, stream, domain: 0 }, iteration, t, n);

/** A step of the twin, and its reset behind an ending. */
function follow(twin: Environment<unknown>, walker: Walker, action: number, place: StepPlace) {
  const step = twin.step(walker.state, [action], rngOf(STREAM.step, place));
  const length = walker.length + 1;
  const ending = step.terminated ? 1 : length === twin.maxEpisodeSteps ? 2 : 0;
  const fresh = (): unknown => twin.reset(rngOf(STREAM.reset, { ...place, t: place.t + 1 }));
  const next: Walker = ending === 0 ? { state: step.state, length } : { state: fresh(), length: 0 };
  return { reward: step.reward, ending, next };
}

/** All numbers of a value, in the order of its members. */
function numbersOf(value: unknown): number[] {
  if (typeof value === 'number') return [value];
  return Object.values(value as object).flatMap(numbersOf);
}

/** The choice in a state of the twin of environment n. */
type Chooser = (state: unknown, place: StepPlace) => number;

/** A scripted policy, now and then a random choice, also of those that are not allowed. */
function scriptedChooser(
  scripted: ScriptedPolicy<unknown>,
  random: ScriptedPolicy<unknown>,
): Chooser {
  return (state, place) => {
    const rng = rngOf(STREAM.act, place);
    return (rng.random() < RANDOM_SHARE ? random : scripted)(state, rng);
  };
}

/** A random choice; careful environments take the next one where it ends the episode. */
function carefulChooser(twin: Environment<unknown>, choices: number): Chooser {
  return (state, place) => {
    const first = Math.floor(rngOf(STREAM.act, place).random() * choices);
    if (place.n % CAREFUL !== 0) return first;
    const all = Array.from({ length: choices }, (_, k) => (first + k) % choices);
    const goesOn = (choice: number): boolean =>
      !twin.step(state, [choice], rngOf(STREAM.step, place)).terminated;
    return all.find(goesOn) ?? first;
  };
}

function differs(actual: number, expected: number, tolerance: number): boolean {
  return !(Math.abs(actual - expected) <= tolerance * Math.max(1, Math.abs(expected)));
}

function sameStates(actual: unknown, expected: unknown, tolerance: number): boolean {
  const [numbers, wanted] = [numbersOf(actual), numbersOf(expected)];
  if (numbers.length !== wanted.length) return false;
  return wanted.every((value, index) => !differs(numbers[index]!, value, tolerance));
}

class TwinWalk {
  /** As the twins alone have come, for the actions. */
  private walkers: Walker[];
  /** Steps of the device's episodes. */
  private lengths: number[];
  readonly differences: string[] = [];
  /** Endings of all kinds, by their codes 1 and 2. */
  readonly endings = [0, 0, 0];
  readonly rewards = new Set<number>();

  constructor(
    private readonly twin: Environment<unknown>,
    private readonly choose: Chooser,
    private readonly device: DeviceStates,
  ) {
    this.walkers = Array.from({ length: SIZES.envs }, (_, n) => ({
      state: twin.reset(rngOf(STREAM.reset, { iteration: 0, t: 0, n })),
      length: 0,
    }));
    this.lengths = this.walkers.map(() => 0);
  }

  /** [T][N] */
  plan(iteration: number): number[][] {
    return Array.from({ length: SIZES.steps }, (_, t) => {
      const actions = this.walkers.map(({ state }, n) => this.choose(state, { iteration, t, n }));
      this.walkers = this.walkers.map(
        (walker, n) => follow(this.twin, walker, actions[n]!, { iteration, t, n }).next,
      );
      return actions;
    });
  }

  compare(iteration: number, actions: readonly (readonly number[])[], walked: TracedRollout) {
    for (const [t, row] of actions.entries()) {
      for (const [n, action] of row.entries()) {
        this.compareStep({ iteration, t, n }, action, walked);
      }
    }
  }

  private compareStep(place: StepPlace, action: number, walked: TracedRollout): void {
    const { t, n } = place;
    const state = this.device.stateOf(walked.states[t]![n]!);
    const walker = { state, length: this.lengths[n]! };
    const { reward, ending, next } = follow(this.twin, walker, action, place);
    const [shown, code] = [walked.rewards[t]![n]!, Math.min(walked.endings[t]![n]!, 2)];
    const after = walked.states[t + 1]![n]!;
    this.lengths[n] = code === 0 ? walker.length + 1 : 0;
    this.endings[code]! += 1;
    this.rewards.add(shown);
    const same = this.isSame(after, next.state);
    if (shown === Math.fround(reward) && code === ending && same) return;
    const actual = JSON.stringify([shown, code, after]);
    const expected = JSON.stringify([reward, ending, next.state]);
    this.differences.push(`${JSON.stringify(place)}: ${actual} instead of ${expected}`);
  }

  private isSame(fields: StateFields, state: unknown): boolean {
    const { stateOf, tolerance, members } = this.device;
    if (members) return isDeepEqual(members.inOrder(fields), members.of(state));
    return sameStates(stateOf(fields), state, tolerance);
  }
}

describe.each(Object.entries(DEVICE_STATES))('%s', (id, device) => {
  const environment = findEnvironment(id);
  const twin = TWINS[id]!;
  const { action, maxEpisodeSteps } = environment;
  const choices = action.type === 'discrete' ? action.n : 0;
  const random = randomPolicy({ ...twin, actionMask: undefined as never }, choices);
  const scripted = SCRIPTED[id] as ScriptedPolicy<unknown> | undefined;
  const choose = scripted ? scriptedChooser(scripted, random) : carefulChooser(twin, choices);

  test('65 environments take 4,096 steps as their twins do', async () => {
    const world = await openTraced(environment, SIZES);
    const walk = new TwinWalk(twin, choose, device);
    for (let iteration = 0; iteration < ROLLOUTS; iteration++) {
      const actions = walk.plan(iteration);
      walk.compare(iteration, actions, await playTraced(world, iteration, actions));
    }
    closeTraced(world);
    expect(walk.differences.slice(0, NAMED)).toEqual([]);
    // The walk means something only where games are played. A game that always lasts for more than
    // half of the walk, as Freeway does, ends once.
    const endsOnce = 2 * (maxEpisodeSteps ?? 0) > ROLLOUTS * SIZES.steps;
    const { terminates = true } = device;
    const ended = walk.endings[terminates ? 1 : 2];
    expect(ended).toBeGreaterThan(endsOnce ? SIZES.envs - 1 : SIZES.envs);
    expect(walk.rewards.size).toBeGreaterThan(1);
  });
});
