/** What a control says of the values that its field allows. */
import { expect, test } from 'vitest';
import { rangeOf } from '../../page/ui/controls';
import { CONFIG_FIELDS, type ConfigField } from '../../src/index';

test.each([
  ['gamma', '0 to 1'],
  ['desiredKl', 'above 0, at most 10'],
  ['maxGradNorm', 'above 0'],
  ['annealLr', ''],
] as const)('the range of %s is "%s"', (key, range) => {
  expect(rangeOf(CONFIG_FIELDS[key] as ConfigField)).toBe(range);
});

test('a range may have a lower bound alone, and allow 0 besides', () => {
  const { max: _, ...field } = CONFIG_FIELDS.totalTimesteps as ConfigField;
  expect(rangeOf({ ...field, min: 2, orZero: true })).toBe('0, or at least 2');
});
