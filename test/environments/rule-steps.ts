/** Single steps from states of choice, which the device and the twin must take alike. */
import { expect } from 'vitest';
import type { EnvironmentDefinition } from '../../src/environments/definition';
import { findEnvironment } from '../../src/environments/index';
import { stateReader } from '../../src/environments/read-state';
import type { StateFields } from '../../src/environments/state-fields';
import { Rng } from '../../src/kernels/rng';
import type { Environment } from '../reference/environment';
import { TWINS } from '../reference/environments';
import { expectClose } from '../reference/expect-close';
import { DEVICE_STATES, type DeviceStates } from './device-states';
import { type OneStep, takeOneStep } from './one-step';
import { packState } from './pack-state';

export interface RuleCase {
  /** The members of the struct. */
  readonly fields: StateFields;
  readonly action: number;
}

/** An environment and its twin. */
export interface RuleWorld {
  readonly environment: EnvironmentDefinition;
  readonly twin: Environment<unknown>;
  readonly device: DeviceStates;
}

export interface RuleStep {
  /** The members of the struct after the step. */
  readonly fields: StateFields;
  readonly reward: number;
  readonly terminated: boolean;
  readonly observation: readonly number[];
}

/** The numbers that the device draws in the n-th environment of one-step.wesl. */
function oneStepRng(n: number): Rng {
  const rng = new Rng([1, 1, 1, 1], [n, n, n]);
  for (let draw = 0; draw < n; draw++) rng.random4();
  return rng;
}

function expectTwin(
  { twin, device: { stateOf, tolerance } }: RuleWorld,
  { fields, action }: RuleCase,
  n: number,
  actual: RuleStep,
): void {
  const { state, reward, terminated } = twin.step(stateOf(fields), [action], oneStepRng(n));
  expect([actual.reward, actual.terminated]).toEqual([Math.fround(reward), terminated]);
  if (tolerance === 0) expect(stateOf(actual.fields)).toEqual(state);
  expectClose(actual.observation, twin.observe(state), 1e-5, 1);
}

/** What the device makes of each case, after a comparison with the twin. */
export async function stepsIn(world: RuleWorld, cases: readonly RuleCase[]): Promise<RuleStep[]> {
  const { environment } = world;
  const steps = await takeOneStep(environment, {
    states: cases.map(({ fields }) => packState(environment, fields)),
    actions: [cases.map(({ action }) => action)],
  });
  return steps.map(({ words, reward, terminated, observation }: OneStep, n) => {
    const { state: fields } = stateReader(environment, words.byteLength / 4)(words);
    // Compilers may make -0 of a 0.
    const step = { fields, reward: reward + 0, terminated, observation };
    expectTwin(world, cases[n]!, n, step);
    return step;
  });
}

/** The same in a built-in environment. */
export async function stepsOf(id: string, cases: readonly RuleCase[]): Promise<RuleStep[]> {
  const [environment, twin, device] = [findEnvironment(id), TWINS[id]!, DEVICE_STATES[id]!];
  return stepsIn({ environment, twin, device }, cases);
}

export async function stepOf(id: string, fields: StateFields, action: number): Promise<RuleStep> {
  return (await stepsOf(id, [{ fields, action }]))[0]!;
}
