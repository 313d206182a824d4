import { expect, test } from 'vitest';
import { completeConfig, DEFAULT_CONFIG } from '../../src/config/defaults';
import type { PpoConfig } from '../../src/config/ppo-config';

test('a field that is undefined counts as not given', () => {
  // As a program without types, or one with looser ones, gives it.
  const without = (key: keyof PpoConfig): Partial<PpoConfig> => ({ [key]: undefined });
  expect(completeConfig(without('gamma'), without('numEnvs'))).toEqual(DEFAULT_CONFIG);
  expect(completeConfig({ gamma: 0.9 }, without('gamma')).gamma).toBe(0.9);
});
