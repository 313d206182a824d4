import { expect, test } from 'vitest';
import { formatEnvironments } from '../../src/cli/envs';
import { TINY_ENVIRONMENT } from './reports';

test('each environment is one row', () => {
  const text = formatEnvironments([
    TINY_ENVIRONMENT,
    {
      ...TINY_ENVIRONMENT,
      id: 'Endless-v1',
      action: { type: 'box', low: [-1, -2], high: [1, 2] },
      maxEpisodeSteps: null,
    },
    { ...TINY_ENVIRONMENT, id: 'Grid-v0', action: { type: 'multi-discrete', nvec: [3, 4] } },
  ]);
  expect(text.split('\n')).toEqual([
    'id          observations  actions         max steps  source',
    'Tiny-v0     1             2 discrete      10         test',
    'Endless-v1  1             2 continuous    none       test',
    'Grid-v0     1             3 x 4 discrete  10         test',
  ]);
});
