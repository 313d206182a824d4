/** The params of a description as its module computes with them. */
import { describe, expect, test } from 'vitest';
import type { EnvironmentDefinition } from '../../src/environments/definition';
import { createTask, ROLLOUT_LANES } from '../../src/rollout/task';
import { openTestGpu } from '../support/gpu';
import { DRIFT, drift } from './drift';
import { takeOneStep } from './one-step';

const gpu = await openTestGpu();

type Params = NonNullable<EnvironmentDefinition['params']>;

/** What a module has beyond the one of `DRIFT`. */
interface Additions {
  readonly imports?: string;
  readonly declarations?: string;
}

/** A world whose observation is a list of expressions. */
function showing(
  expressions: readonly string[],
  params: Params,
  { imports = '', declarations = '' }: Additions = {},
): EnvironmentDefinition {
  const shader = DRIFT.replace(
    'Observation(state.place)',
    `Observation(${expressions.join(', ')})`,
  );
  return drift(`${imports}${shader}${declarations}`, {
    params,
    observation: expressions.map((_, index) => ({ name: `field ${index}`, low: -4, high: 4 })),
  });
}

/** What the module computes for the expressions. */
async function valuesOf(expressions: readonly string[], params: Params, added?: Additions) {
  const environment = showing(expressions, params, added);
  const [step] = await takeOneStep(environment, { states: [[0]], actions: [[1]] });
  return step!.observation;
}

describe('a name', () => {
  test('that the kernels use for constants of theirs is the param in the module', async () => {
    const task = await createTask(gpu, drift());
    const ours = Object.keys(task.program('rollout/env-step', { ROLLOUT_LANES }).constants!);
    expect(ours).toContain('OBSERVATION_SIZE');
    const names = [...new Set([...ours, 'LANES', 'SAMPLES', 'constants', 'constant0'])];
    const params = Object.fromEntries(names.map((name, index) => [name, 100 + index]));
    const shown = await valuesOf(
      names.map((name) => `constants::${name}`),
      params,
    );
    expect(shown).toEqual(Object.values(params));
  });

  test('that WGSL knows as a type or a function is the param in the module', async () => {
    const names = ['f32', 'i32', 'array', 'select', 'max', 'vec2f'];
    const params = Object.fromEntries(names.map((name, index) => [name, 10 + index]));
    const shown = await valuesOf(
      names.map((name) => `constants::${name}`),
      params,
    );
    expect(shown).toEqual([10, 11, 12, 13, 14, 15]);
  });

  test('can be imported alone, in a list, under another name, and as a path', async () => {
    const imports = `import constants::A;
import constants::{B, C as OTHER};
import {constants::D};
import constants;
`;
    const shown = ['A', 'B', 'OTHER', 'D', 'constants::E', 'constants :: /* here */ F'];
    const params = { A: 1, B: 2, C: 3, D: 4, E: 5, F: 6 };
    expect(await valuesOf(shown, params, { imports })).toEqual([1, 2, 3, 4, 5, 6]);
  });

  test('of the module is no param, though it looks like one', async () => {
    const declarations = 'const constants = 7.0; // constants::A\n';
    const shown = await valuesOf(['constants', 'constants::A'], { A: 1 }, { declarations });
    expect(shown).toEqual([7, 1]);
  });
});

describe('the sizes of the description', () => {
  test('come from the interface', async () => {
    const imports = 'import package::environments::interface::{ACTION_SIZE, OBSERVATION_SIZE};\n';
    const shown = ['f32(OBSERVATION_SIZE)', 'f32(ACTION_SIZE)', 'constants::ACTION_SIZE'];
    expect(await valuesOf(shown, { ACTION_SIZE: 9 }, { imports })).toEqual([3, 1, 9]);
  });

  test('are told to a module that looks for them among its params', async () => {
    const error = await valuesOf(['f32(constants::OBSERVATION_SIZE)'], { A: 1, B: 2 }).catch(
      (reason: Error) => reason.message,
    );
    expect(error).toMatch(
      /^my\/drift\.wesl:19:\d+: OBSERVATION_SIZE is not among the params of Drift-v0 \(A, B\); import OBSERVATION_SIZE from package::environments::interface\n/,
    );
  });
});

describe('a number', () => {
  test('is f32, whole or not', async () => {
    const shown = ['constants::WHOLE / 4', 'constants::BROKEN / 4', 'constants::WHOLE * 3'];
    expect(await valuesOf(shown, { WHOLE: 10, BROKEN: 10.5 })).toEqual([2.5, 2.625, 30]);
  });

  test('becomes an integer where the module says so, as in the size of an array', async () => {
    const imports = 'import constants::CELLS;\n';
    const declarations = `const COUNT = u32(CELLS);
fn last() -> f32 {
  var cells: array<f32, COUNT>;
  for (var i = 0u; i < COUNT; i++) {
    cells[i] = f32(i);
  }
  return cells[i32(CELLS) - 1];
}
`;
    expect(await valuesOf(['last()'], { CELLS: 5 }, { imports, declarations })).toEqual([4]);
  });

  const EXTREMES = [
    1e20, -1e20, 1e22, 3.4028234663852886e38, 1.1754943508222875e-38, 0.1, 16777217,
  ];
  test.each(EXTREMES)('%d is the nearest f32', async (value) => {
    expect(await valuesOf(['constants::A'], { A: value })).toEqual([Math.fround(value)]);
  });

  test('-0 is 0', async () => {
    expect(await valuesOf(['constants::A + 1'], { A: -0 })).toEqual([1]);
  });
});
