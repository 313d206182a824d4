import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { ESTIMATORS } from '../../src/config/estimators';
import { CONFIG_FIELDS } from '../../src/config/fields';
import { listFiles } from '../support/list-files';

test('every choice of advantageEstimator has a record', () => {
  expect(Object.keys(ESTIMATORS)).toEqual(CONFIG_FIELDS.advantageEstimator.choices);
});

test.each(Object.entries(ESTIMATORS))('%s learns from slot 0 of the moments', (_, estimator) => {
  const { policyTarget, moments, critic } = estimator;
  expect(moments.returns).toBe(policyTarget === 'returns' ? 0 : 1);
  // Without a critic, V = 0 and R - V = R.
  if (!critic) expect(moments.residual).toBe(moments.returns);
});

test('no file asks for an estimator by its name', () => {
  const asking = listFiles('src', '.ts').filter((path) =>
    /[eE]stimator\s*[!=]==?/.test(readFileSync(path, 'utf8')),
  );
  expect(asking).toEqual([]);
});
