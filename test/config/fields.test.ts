import { expect, test } from 'vitest';
import { DEFAULT_CONFIG } from '../../src/config/defaults';
import { CONFIG_FIELDS } from '../../src/config/fields';
import { LOSS_TERMS } from '../../src/config/loss-terms';

test('the defaults are those of the rows, none left out', () => {
  expect(DEFAULT_CONFIG).toMatchObject({
    ...{ numEnvs: 256, learningRate: 2.5e-4, annealLr: true, hiddenSizes: [64, 64] },
    ...{ activation: 'tanh', clipCoef: 0.2, vfCoef: 0.5, klCoef: 0 },
  });
  expect(Object.keys(DEFAULT_CONFIG)).toEqual(Object.keys(CONFIG_FIELDS));
  expect(Object.values(DEFAULT_CONFIG)).not.toContain(undefined);
});

test('the fields of every loss term are rows of the table', () => {
  const keys = LOSS_TERMS.flatMap(({ fields }) => Object.keys(fields));
  expect(Object.keys(CONFIG_FIELDS)).toEqual(expect.arrayContaining(keys));
});

test('fields have the types of their rows', () => {
  // Checked by tsc: a number or a list, a single number, a choice, widths.
  const fields: Pick<typeof DEFAULT_CONFIG, 'gamma' | 'numEnvs' | 'annealKl' | 'hiddenSizes'>[] = [
    { gamma: 0.9, numEnvs: 1, annealKl: false, hiddenSizes: [] },
    { gamma: [0.9, 0.99], numEnvs: 1, annealKl: ['kl-adaptive', false], hiddenSizes: [1] },
    // @ts-expect-error: numEnvs takes no list.
    { gamma: 0.9, numEnvs: [1], annealKl: false, hiddenSizes: [] },
    // @ts-expect-error: 'linear' is no choice of annealKl.
    { gamma: 0.9, numEnvs: 1, annealKl: 'linear', hiddenSizes: [] },
  ];
  expect(fields).toHaveLength(4);
});
