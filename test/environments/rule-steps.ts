/** Single steps from states of choice, which the device and the twin must take alike. */
import { expect } from 'vitest';
import { findEnvironment } from '../../src/environments/index';
import { stateReader } from '../../src/environments/read-state';
import type { StateFields, StateValue } from '../../src/environments/state-fields';
import { stateLayout } from '../../src/environments/state-layout';
import { type StateType, strideOf } from '../../src/environments/state-types';
import { Rng } from '../../src/kernels/rng';
import { TWINS } from '../reference/environments';
import { expectClose } from '../reference/expect-close';
import { DEVICE_STATES } from './device-states';
import { type OneStep, takeOneStep } from './one-step';

const WORD = 4;

/** Writes a value at its place; not for matrices, which no environment of the list has. */
function writeValue(view: DataView, at: number, type: StateType, value: StateValue): void {
  if (type.kind === 'scalar') {
    const number = value as number;
    if (type.scalar === 'f32') view.setFloat32(at, number, true);
    else view.setUint32(at, number, true);
    return;
  }
  if (type.kind === 'struct') {
    const fields = value as StateFields;
    for (const { name, type: member, offset } of type.members) {
      writeValue(view, at + offset, member, fields[name]!);
    }
    return;
  }
  if (type.kind === 'matrix') throw new Error('matrices are not written');
  const element: StateType =
    type.kind === 'array' ? type.element : { kind: 'scalar', scalar: type.scalar };
  for (const [index, item] of (value as readonly StateValue[]).entries()) {
    writeValue(view, at + index * strideOf(element), element, item);
  }
}

export interface RuleCase {
  /** The members of the struct. */
  readonly fields: StateFields;
  readonly action: number;
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

function expectTwin(id: string, { fields, action }: RuleCase, n: number, actual: RuleStep): void {
  const { stateOf, tolerance } = DEVICE_STATES[id]!;
  const twin = TWINS[id]!;
  const { state, reward, terminated } = twin.step(stateOf(fields), [action], oneStepRng(n));
  expect([actual.reward, actual.terminated]).toEqual([Math.fround(reward), terminated]);
  if (tolerance === 0) expect(stateOf(actual.fields)).toEqual(state);
  expectClose(actual.observation, twin.observe(state), 1e-5, 1);
}

/** What the device makes of each case, after a comparison with the twin. */
export async function stepsOf(id: string, cases: readonly RuleCase[]): Promise<RuleStep[]> {
  const environment = findEnvironment(id);
  const layout = stateLayout(environment);
  const read = stateReader(environment, layout.size / WORD);
  const words = cases.map(({ fields }) => {
    const view = new DataView(new ArrayBuffer(layout.size));
    writeValue(view, 0, layout, fields);
    return [...new Float32Array(view.buffer)];
  });
  const steps = await takeOneStep(environment, {
    states: words,
    actions: [cases.map(({ action }) => action)],
  });
  return steps.map(({ state, reward, terminated, observation }: OneStep, n) => {
    const { state: fields } = read(new DataView(new Float32Array(state).buffer));
    // Compilers may make -0 of a 0.
    const step = { fields, reward: reward + 0, terminated, observation };
    expectTwin(id, cases[n]!, n, step);
    return step;
  });
}

export async function stepOf(id: string, fields: StateFields, action: number): Promise<RuleStep> {
  return (await stepsOf(id, [{ fields, action }]))[0]!;
}
