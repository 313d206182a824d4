/**
 * Every environment of the list against Gymnasium's vectors of the same id, where there are some.
 */
import { existsSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { EnvironmentDefinition } from '../../src/environments/definition';
import { ENVIRONMENTS } from '../../src/environments/index';
import { type GymnasiumTransition, readGymnasium } from '../reference/fixtures';
import { openRuntime } from '../support/run-dispatches';
import { openWorld, playActions, readRollout, reset } from '../support/world';
import { takeOneStep, writeStates } from './one-step';

const fixtureOf = (id: string): URL => new URL(`../fixtures/gymnasium/${id}.json`, import.meta.url);

const CASES = ENVIRONMENTS.filter(({ id }) => existsSync(fixtureOf(id))).map(
  (environment) => [environment.id, environment] as const,
);

/** Of the expected value, and of 1 where that is smaller. */
const TOLERANCE = 1e-5;

/**
 * Acrobot takes Runge-Kutta stages at up to 28 rad/s: float64 with nothing but the stages' angles
 * rounded to float32 is already 2e-5 off.
 */
const TOLERANCES: Readonly<Record<string, number>> = { 'Acrobot-v1': 1e-4 };

type ExpectParity = (actual: readonly number[], expected: readonly number[], what: string) => void;

const parity =
  (tolerance: number): ExpectParity =>
  (actual, expected, what) => {
    expect(actual.length).toBe(expected.length);
    for (const [i, value] of expected.entries()) {
      const difference = Math.abs(actual[i]! - value);
      expect(difference, `${what}[${i}]`).toBeLessThanOrEqual(
        tolerance * Math.max(1, Math.abs(value)),
      );
    }
  };

const actionOf = ({ action }: GymnasiumTransition): readonly number[] =>
  typeof action === 'number' ? [action] : action;

/** [A][N] */
function actionRows(transitions: readonly GymnasiumTransition[]): number[][] {
  return actionOf(transitions[0]!).map((_, a) => transitions.map((each) => actionOf(each)[a]!));
}

/** An action beyond the bounds never reaches `step`: env-step clips it. */
function isInside({ action }: EnvironmentDefinition, transition: GymnasiumTransition): boolean {
  if (action.type !== 'box') return true;
  const values = actionOf(transition);
  return values.every((value, a) => value >= action.low[a]! && value <= action.high[a]!);
}

describe.each(CASES)('%s', (id, environment) => {
  const { transitions, max_episode_steps } = readGymnasium(id);
  const expectParity = parity(TOLERANCES[id] ?? TOLERANCE);

  test('the time limit is that of Gymnasium', () => {
    expect(environment.maxEpisodeSteps).toBe(max_episode_steps);
  });

  test('one step from any state is that of Gymnasium', async () => {
    const steps = await takeOneStep(environment, {
      states: transitions.map(({ state }) => state),
      actions: actionRows(transitions),
    });
    for (const [i, expected] of transitions.entries()) {
      const step = steps[i]!;
      expectParity(step.state.slice(0, expected.state.length), expected.next_state, `state ${i} `);
      expectParity(step.observation, expected.next_obs, `observation ${i} `);
      expectParity([step.reward], [expected.reward], `reward ${i} `);
      expect(step.terminated, `terminated ${i}`).toBe(expected.terminated);
    }
  });

  test('env-step tells reward, ending and observation of the same steps', async () => {
    const runtime = await openRuntime();
    const world = await openWorld(runtime, { environment, envs: transitions.length, steps: 1 });
    await reset(world);
    writeStates(
      world,
      transitions.map(({ state }) => state),
    );
    await playActions(world, actionRows(transitions));
    const { rewards, endings, observations } = await readRollout(world);
    const inside = [...transitions.entries()].filter(([, each]) => isInside(environment, each));
    expect(inside.length).toBeGreaterThan(transitions.length / 2);
    for (const [i, expected] of inside) {
      expectParity([rewards[0]![i]!], [expected.reward], `reward ${i} `);
      expect(endings[0]![i], `ending ${i}`).toBe(Number(expected.terminated));
      if (expected.terminated) continue;
      const shown = observations[1]!.map((field) => field[i]!);
      expectParity(shown, expected.next_obs, `observation ${i} `);
    }
    runtime.arena.destroy();
  });
});
