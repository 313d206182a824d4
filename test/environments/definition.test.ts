import { describe, expect, test } from 'vitest';
import {
  checkedEnvironment,
  defineEnvironment,
  environmentFile,
} from '../../src/environments/definition';
import { ENVIRONMENTS, findEnvironment } from '../../src/environments/index';
import { tunePlan } from '../../src/index';
import { createTrainer } from '../../src/trainer/create-trainer';
import { openTestGpu } from '../support/gpu';
import { DRIFT, drift } from './drift';

describe('a description that is right', () => {
  const plain = {
    id: 'Plain-v0',
    source: 'made up for the tests',
    observation: [{ name: 'place', low: -1, high: 1 }],
    action: { type: 'box' as const, low: [-1], high: [1] },
    maxEpisodeSteps: 20,
    params: { FORCE: 2 },
    defaults: { hiddenSizes: [3] },
    shader: DRIFT,
  };

  test('is returned as a copy with the same content', () => {
    expect(defineEnvironment(plain)).toEqual(plain);
  });

  test('cannot be changed afterwards, neither through the copy nor through what was given', () => {
    const given = structuredClone(plain);
    const defined = defineEnvironment(given);
    given.params.FORCE = 3;
    given.observation.push({ name: 'place', low: 1, high: -1 });
    given.action.low[0] = 7;
    given.defaults.hiddenSizes.push(5);
    expect(defined).toEqual(plain);
    expect(() => Object.assign(defined.params!, { FORCE: 4 })).toThrow(TypeError);
    expect(() => Object.assign(defined, { id: 'other' })).toThrow(TypeError);
    expect(() => (defined.observation as unknown[]).push(1)).toThrow(TypeError);
  });

  test('is checked once', () => {
    const defined = defineEnvironment(plain);
    expect(checkedEnvironment(defined)).toBe(defined);
    expect(defineEnvironment({ ...defined })).not.toBe(defined);
  });
});

describe('a description that did not pass the check is refused by', () => {
  const unchecked = { ...drift(), action: { type: 'discrete' as const, n: 0 } };
  const message = 'environment Drift-v0: action.n must be an integer from 2 to 16000, but it is 0';
  const named = 'findEnvironment("CartPole-v1") returns a built-in one';

  test('createTrainer', async () => {
    const gpu = await openTestGpu();
    await expect(createTrainer({ gpu, environment: unchecked })).rejects.toThrow(message);
    const environment = 'CartPole-v1' as never;
    await expect(createTrainer({ gpu, environment })).rejects.toThrow(named);
  });

  test('tunePlan', async () => {
    const gpu = await openTestGpu();
    await expect(tunePlan({ gpu, environment: unchecked })).rejects.toThrow(message);
    const environment = 'CartPole-v1' as never;
    await expect(tunePlan({ gpu, environment })).rejects.toThrow(named);
  });
});

test('an environment without a time limit is fine', () => {
  expect(drift(DRIFT, { maxEpisodeSteps: null }).maxEpisodeSteps).toBeNull();
});

test('errors name the file, or the id where there is none', () => {
  expect(environmentFile(drift())).toBe('my/drift.wesl');
  const { file: _, ...nameless } = drift();
  expect(environmentFile(nameless)).toBe('Drift-v0.wesl');
});

test('an unknown id is refused with the nearest ones', () => {
  expect(() => findEnvironment('cartpole')).toThrow(
    /^unknown environment "cartpole": did you mean CartPole-v1/,
  );
});

test('the ids of the list are unique and found', () => {
  const ids = ENVIRONMENTS.map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  for (const environment of ENVIRONMENTS) {
    expect(findEnvironment(environment.id)).toBe(environment);
    expect(findEnvironment(environment.id.toLowerCase())).toBe(environment);
  }
});
