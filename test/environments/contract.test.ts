/** What every environment of the list keeps to; a new one is picked up without edits here. */
import { beforeAll, describe, expect, test } from 'vitest';
import type { EnvironmentDefinition } from '../../src/environments/definition';
import { ENVIRONMENTS } from '../../src/environments/index';
import {
  boundProblems,
  endingProblems,
  episodesOf,
  finiteProblems,
  type WalkedEpisode,
} from '../../src/trainer/environment-contract';
import { TWINS } from '../reference/environments';
import { expectClose } from '../reference/expect-close';
import { openTestGpu } from '../support/gpu';
import { randomWalk, type Walk } from './random-walk';
import { twinWalk } from './twin-walk';

const ENVS = 5;
/** Steps of a long walk at most. */
const MOST_STEPS = 1000;
/** Numbers that an environment shows on a long walk at most. */
const MOST_NUMBERS = 200_000;
/** A walk that the clock is sure to cut: time limit and steps. */
const SHORT = { limit: 20, steps: 65 };

const allEpisodes = (walk: Walk): WalkedEpisode[] =>
  Array.from({ length: ENVS }, (_, n) => episodesOf(walk, n)).flat();

const CASES = ENVIRONMENTS.map((environment) => [environment.id, environment] as const);

describe.each(CASES)('%s', (id, environment) => {
  const limit = environment.maxEpisodeSteps ?? Number.POSITIVE_INFINITY;
  const short: EnvironmentDefinition = { ...environment, maxEpisodeSteps: SHORT.limit };
  const seeded = (seed: number, steps: number) => ({ envs: ENVS, steps, seed });
  let walk: Walk;
  let cut: Walk;

  beforeAll(async () => {
    await openTestGpu();
    const affordable = Math.floor(MOST_NUMBERS / environment.observation.length);
    const steps = Math.min(MOST_STEPS, 2 * limit, affordable);
    walk = await randomWalk(environment, seeded(1, steps));
    cut = await randomWalk(short, seeded(1, SHORT.steps));
  });

  test('the description names every number of the observation once, with its bounds', () => {
    const names = environment.observation.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    expect(names.every((name) => name.trim() === name && name !== '')).toBe(true);
    expect(environment.observation.every(({ low, high }) => low < high)).toBe(true);
    expect(environment.source).not.toBe('');
  });

  test('observations and rewards are finite', () => {
    expect(finiteProblems(environment, walk)).toEqual([]);
  });

  test('observations lie within their bounds', () => {
    expect(boundProblems(environment, walk)).toEqual([]);
  });

  test('every episode ends by the time limit, and is truncated exactly there', () => {
    expect(endingProblems(walk, limit)).toEqual([]);
    expect(endingProblems(cut, SHORT.limit)).toEqual([]);
    expect(allEpisodes(cut).filter(({ ending }) => ending !== 0).length).toBeGreaterThan(ENVS);
  });

  test('an ended episode is followed by a fresh start', () => {
    // Two kernels observe the same start; compilers may round sin and cos differently in each.
    expectClose(cut.observations[0]!.flat(), cut.fresh[0]!.flat(), 1e-6);
    for (let n = 0; n < ENVS; n++) {
      for (const { last, ending } of episodesOf(cut, n)) {
        if (ending === 0) continue;
        const shown = cut.observations[last + 1]!.map((field) => field[n]!);
        expectClose(
          shown,
          cut.fresh[last + 1]!.map((field) => field[n]!),
          1e-6,
        );
      }
    }
  });

  test('the same seed gives the same bytes twice', async () => {
    expect(await randomWalk(short, seeded(1, SHORT.steps))).toEqual(cut);
  });

  test('starts differ between environments and seeds, unless there is only one', async () => {
    const other = await randomWalk(environment, seeded(2, 1));
    const words = walk.firstStates.length / ENVS;
    const starts = ({ firstStates }: Walk): string[] =>
      Array.from({ length: ENVS }, (_, n) => String(firstStates.slice(n * words, (n + 1) * words)));
    if (new Set([...starts(walk), ...starts(other)]).size === 1) return;
    expect(new Set(starts(walk)).size).toBeGreaterThan(1);
    expect(starts(other)).not.toEqual(starts(walk));
  });

  const twin = TWINS[id];
  test.runIf(twin)('its twin takes the same way', () => {
    const expected = twinWalk({ ...twin!, maxEpisodeSteps: SHORT.limit }, environment.action, {
      ...seeded(1, SHORT.steps),
    });
    expect(cut.endings.map((row) => row.map((ending) => Math.min(ending, 2)))).toEqual(
      expected.endings,
    );
    expectClose(cut.rewards.flat(), expected.rewards.flat(), 1e-5);
    const shown = cut.observations.slice(0, SHORT.steps + 1);
    expectClose(shown.flat(2), expected.observations.flat(2), 1e-4);
  });
});
