import { expect, test } from 'vitest';
import { completeConfig, DEFAULT_CONFIG } from '../../src/config/defaults';

test('a field that is undefined counts as not given', () => {
  expect(completeConfig({ gamma: undefined }, { numEnvs: undefined })).toEqual(DEFAULT_CONFIG);
  expect(completeConfig({ gamma: 0.9 }, { gamma: undefined }).gamma).toBe(0.9);
});
