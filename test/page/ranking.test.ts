/** The order of the agents of a population. */
import { expect, test } from 'vitest';
import { ranked } from '../../page/ui/ranking';
import { DEFAULT_CONFIG, type PpoConfig } from '../../src/index';

test('the best agent is first, with the fields in which they differ', () => {
  const lists = { entCoef: [0, 0.01, 0.5], annealLr: [true, false, 'cosine'] as const };
  const config: PpoConfig = { ...DEFAULT_CONFIG, numAgents: 3, ...lists };
  const found = ranked(config, [20, null, 40]);
  expect(found.map(({ agent, meanReturn }) => [agent, meanReturn])).toEqual([
    [2, 40],
    [0, 20],
    [1, null],
  ]);
  expect(found.map(({ settings }) => settings.split(', ').sort())).toEqual([
    ['annealLr cosine', 'entCoef 0.5'],
    ['annealLr true', 'entCoef 0'],
    ['annealLr false', 'entCoef 0.01'],
  ]);
});

test('agents that are alike keep their order, without settings', () => {
  const found = ranked(DEFAULT_CONFIG, [5, 5]);
  expect(found.map(({ agent, settings }) => [agent, settings])).toEqual([
    [0, ''],
    [1, ''],
  ]);
});
