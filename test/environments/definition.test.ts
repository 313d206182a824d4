import { expect, test } from 'vitest';
import type { EnvironmentDefinition } from '../../src/environments/definition';
import { defineEnvironment, environmentFile } from '../../src/environments/definition';
import { ENVIRONMENTS, findEnvironment } from '../../src/environments/index';
import { DRIFT, drift } from './drift';

test('a description is returned as it is', () => {
  const description = drift();
  expect(defineEnvironment(description)).toBe(description);
});

const BAD: readonly (readonly [string, Partial<EnvironmentDefinition>, string])[] = [
  ['no name', { id: '' }, 'id must be a name'],
  ['no observation', { observation: [] }, 'observation must list at least one field'],
  ['a time limit of 0', { maxEpisodeSteps: 0 }, 'null or a positive integer, not 0'],
  ['a broken time limit', { maxEpisodeSteps: 2.5 }, 'null or a positive integer, not 2.5'],
  [
    'a time limit beyond 32 bits',
    { maxEpisodeSteps: 2 ** 32 + 5 },
    'maxEpisodeSteps must be at most 4294967295, or null for no limit, not 4294967301',
  ],
  ['no module', { shader: ' \n' }, 'shader must be the text of a WESL module'],
  [
    'one action',
    { action: { type: 'discrete', n: 1 } },
    'action.n must be an integer from 2, not 1',
  ],
  ['no choices', { action: { type: 'multi-discrete', nvec: [] } }, 'action.nvec must list sizes'],
  ['a choice of 0', { action: { type: 'multi-discrete', nvec: [3, 0] } }, 'action.nvec must list'],
  ['unequal bounds', { action: { type: 'box', low: [0], high: [1, 1] } }, 'must be as long'],
  [
    'bounds the wrong way round',
    { action: { type: 'box', low: [0, 2], high: [1, 2] } },
    'action.low[1] = 2 must be below action.high[1] = 2',
  ],
  ['a bound that is no number', { action: { type: 'box', low: [0], high: [Number.NaN] } }, 'NaN'],
  ['an empty box', { action: { type: 'box', low: [], high: [] } }, 'must be as long'],
];

test.each(BAD)('%s is refused', (_, changes, message) => {
  expect(() => drift(DRIFT, changes)).toThrow(message);
});

test('all problems come in one error that names the environment', () => {
  expect(() => drift('', { observation: [] })).toThrow(
    'environment Drift-v0: observation must list at least one field; ' +
      'shader must be the text of a WESL module',
  );
});

test.each([null, 1, 2 ** 32 - 1])('a time limit of %s is fine', (maxEpisodeSteps) => {
  expect(drift(DRIFT, { maxEpisodeSteps }).maxEpisodeSteps).toBe(maxEpisodeSteps);
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
  for (const environment of ENVIRONMENTS) expect(findEnvironment(environment.id)).toBe(environment);
});
