/** Runs hand-written rules of a MinAtar game: on the twin, and on the device all at once. */
import { expect, test } from 'vitest';
import { findEnvironment } from '../../src/environments/index';
import { stateReader } from '../../src/environments/read-state';
import type { Environment } from '../reference/environment';
import { MINATAR_PARAMS, type MinatarParams } from '../reference/minatar';
import { RecordedRng } from '../reference/minatar-vectors';
import { inOrder, minatarFields } from './minatar-fields';
import { takeOneStep } from './one-step';
import { packState } from './pack-state';

export interface Rule<State> {
  readonly rule: string;
  /** What differs from the start of an episode. */
  readonly before?: Partial<State>;
  /** Of the minimal action set; default none. */
  readonly action?: number;
  /** What the step draws after the number below which the action sticks. */
  readonly draws?: readonly number[];
  /** What the state has after the step. */
  readonly after?: Partial<State>;
  /** Default 0 and false. */
  readonly reward?: number;
  readonly terminated?: boolean;
}

export interface RuleBook<State> {
  readonly id: string;
  readonly twinWith: (params: MinatarParams) => Environment<State>;
  /** What the reset draws. */
  readonly start: readonly number[];
  /** Default: those of the description. */
  readonly params?: Partial<MinatarParams>;
  readonly rules: readonly Rule<State>[];
}

/** Not below the probability that an action sticks. */
const NOT_STICKY = 0.5;

export function testRules<State>({ id, twinWith, start, params, rules }: RuleBook<State>): void {
  const twin = twinWith({ ...MINATAR_PARAMS, ...params });
  const beforeOf = ({ before }: Rule<State>): State => ({
    ...twin.reset(new RecordedRng(start)),
    ...before,
  });
  const take = (rule: Rule<State>, draws: readonly number[]) => {
    const rng = new RecordedRng([NOT_STICKY, ...draws]);
    const step = twin.step(beforeOf(rule), [rule.action ?? 0], rng);
    expect(rng.left).toBe(0);
    return step;
  };

  test.each(rules.map((rule) => [rule.rule, rule] as const))('%s', (_, rule) => {
    const { state, reward, terminated } = take(rule, rule.draws ?? []);
    expect(state).toMatchObject(rule.after ?? {});
    expect([reward, terminated]).toEqual([rule.reward ?? 0, rule.terminated ?? false]);
  });

  test('the device does the same', async () => {
    const ramping = { RAMPING: Number(params?.ramping ?? true) };
    const listed = findEnvironment(id);
    const environment = {
      ...listed,
      params: {
        ...listed.params,
        ...('RAMPING' in listed.params! && ramping),
        STICKY_PROBABILITY: 0,
      },
    };
    const fixed = rules.filter(({ draws }) => draws === undefined);
    const steps = await takeOneStep(environment, {
      states: fixed.map((rule) => packState(environment, minatarFields(id, beforeOf(rule)))),
      actions: [fixed.map(({ action }) => action ?? 0)],
    });
    for (const [n, rule] of fixed.entries()) {
      const expected = take(rule, []);
      const { words, reward, terminated, observation } = steps[n]!;
      const state = inOrder(stateReader(environment, words.byteLength / 4)(words).state);
      expect(state, rule.rule).toEqual(minatarFields(id, expected.state));
      expect(observation, rule.rule).toEqual(twin.observe(expected.state));
      expect([reward, terminated], rule.rule).toEqual([expected.reward, expected.terminated]);
    }
  });
}
