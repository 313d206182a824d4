/** Environments in groups: all episodes of a group within a rollout start in the same state. */
import { describe, expect, test } from 'vitest';
import { defineEnvironment } from '../../src/environments/definition';
import type { RolloutRows } from '../support/world';
import { openPlayed } from './played';

const SHADER = `import package::distributions::interface::Action;
import package::environments::interface::{Observation, Step};
import package::lib::rng::{Rng, random};

struct State {
  // Drawn at the reset.
  name: f32,
  // Drawn at every step; -1 at the start.
  roll: f32,
  steps: f32,
}

fn reset(rng: ptr<function, Rng>) -> State {
  return State(random(rng), -1.0, 0.0);
}

// About one in ten steps ends the task.
fn step(state: ptr<function, State>, action: Action, rng: ptr<function, Rng>) -> Step {
  (*state).roll = random(rng);
  (*state).steps += 1.0;
  return Step(1.0, (*state).roll < 0.1);
}

fn observe(state: State) -> Observation {
  return Observation(state.name, state.roll, state.steps);
}
`;

const dice = defineEnvironment({
  id: 'Dice-v0',
  source: 'made up for the tests',
  observation: [
    { name: 'name', low: 0, high: 1 },
    { name: 'roll', low: -1, high: 1 },
    { name: 'steps', low: 0, high: 4 },
  ],
  action: { type: 'discrete', n: 2 },
  maxEpisodeSteps: 4,
  shader: SHADER,
});

const [ENVS, STEPS, GROUP] = [9, 14, 3] as const;
const [NAME, ROLL, LENGTH] = [0, 1, 2] as const;

/** Three consecutive rollouts. */
async function play(groupSize: number): Promise<RolloutRows[]> {
  const played = await openPlayed({
    environment: dice,
    envs: ENVS,
    steps: STEPS,
    hiddenSizes: [],
    activation: 'tanh',
    mode: { greedy: false, episodeLimit: 0, groupSize },
  });
  const rollouts: RolloutRows[] = [];
  for (let iteration = 0; iteration < 3; iteration += 1) rollouts.push(await played.next());
  return rollouts;
}

/** The names with which the episodes of each environment start, [N][episode]. */
function startsOf({ observations }: RolloutRows): number[][] {
  return Array.from({ length: ENVS }, (_, n) =>
    observations
      .slice(0, STEPS + 1)
      .filter((row) => row[LENGTH]![n] === 0)
      .map((row) => row[NAME]![n]!),
  );
}

describe('in groups of three', async () => {
  const rollouts = await play(GROUP);

  test('every rollout begins anew in every environment', () => {
    for (const { observations } of rollouts) {
      expect(new Set(observations[0]![LENGTH])).toEqual(new Set([0]));
    }
  });

  test('all episodes of a group start in one state, other groups and rollouts in others', () => {
    const names = rollouts.flatMap((rollout) => {
      const starts = startsOf(rollout);
      return [0, 3, 6].map((first) => {
        const own = starts.slice(first, first + GROUP);
        // 14 steps with at most 4 per episode: at least 4 begin, and one after the last.
        for (const each of own) expect(each.length).toBeGreaterThanOrEqual(5);
        const different = new Set(own.flat());
        expect(different.size).toBe(1);
        return [...different][0];
      });
    });
    expect(new Set(names).size).toBe(3 * 3);
  });

  test('the steps of a group are as random as without groups', () => {
    for (const { observations } of rollouts) {
      for (const row of observations.slice(1, STEPS + 1)) {
        const rolls = row[ROLL]!.filter((roll) => roll >= 0);
        expect(new Set(rolls).size).toBe(rolls.length);
      }
    }
  });

  test('the end of the rollout truncates running episodes and keeps final observations', () => {
    for (const { observations, endings } of rollouts) {
      for (const [n, code] of endings[STEPS - 1]!.entries()) {
        expect(code).not.toBe(0);
        if (code < 2) continue;
        const final = observations[STEPS + 1 + code - 2]!;
        const before = observations[STEPS - 1]!;
        expect(final[LENGTH]![n]).toBe(before[LENGTH]![n]! + 1);
        expect(final[NAME]![n]).toBe(before[NAME]![n]);
        expect(final[ROLL]![n]).toBeGreaterThanOrEqual(0.1);
      }
    }
    expect(rollouts.flatMap(({ endings }) => endings[STEPS - 1]!).some((code) => code >= 2)).toBe(
      true,
    );
  });
});

test('without groups every episode has its own start and continues across rollouts', async () => {
  const rollouts = await play(0);
  const starts = rollouts.map(startsOf);
  expect(new Set(starts[0]!.flat()).size).toBe(starts[0]!.flat().length);
  expect(rollouts[0]!.endings[STEPS - 1]).toContain(0);
  expect(rollouts[1]!.observations[0]).toEqual(rollouts[0]!.observations[STEPS]);
});
