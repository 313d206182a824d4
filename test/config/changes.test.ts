/** Fields that may change while a run is under way. */
import { describe, expect, test } from 'vitest';
import {
  checkChanges,
  checkResumedChanges,
  configChanges,
  describeChange,
  isHyperparameter,
} from '../../src/config/changes';
import { DEFAULT_CONFIG } from '../../src/config/defaults';
import { CONFIG_FIELDS } from '../../src/config/fields';
import type { PpoConfig } from '../../src/config/ppo-config';

const KEYS = Object.keys(CONFIG_FIELDS) as (keyof PpoConfig)[];

test('the changes of a configuration are the fields whose values differ', () => {
  const to = { ...DEFAULT_CONFIG, gamma: 0.9, hiddenSizes: [...DEFAULT_CONFIG.hiddenSizes] };
  const changes = configChanges(DEFAULT_CONFIG, to);
  expect(changes).toEqual([{ key: 'gamma', from: DEFAULT_CONFIG.gamma, to: 0.9 }]);
  expect(describeChange(changes[0]!)).toBe('gamma: 0.99 → 0.9');
});

const OTHERS: Partial<PpoConfig> = { numSteps: 1, normReward: true, storage: 'f16', seed: 9 };

test.each(KEYS.filter((key) => !isHyperparameter(key)))('%s must stay as it is', (key) => {
  const value = OTHERS[key] ?? (typeof DEFAULT_CONFIG[key] === 'number' ? 17 : 'other');
  const to = { ...DEFAULT_CONFIG, [key]: value };
  expect(() => checkChanges(DEFAULT_CONFIG, to)).toThrow(`${key} is `);
});

describe('a part of the iteration', () => {
  test.each([
    ['targetKl', 0.1],
    ['clipReward', 3],
    ['refKlCoef', 1],
  ] as const)('is not turned on or off by %s, but when a run is resumed', (key, value) => {
    const [off, on] = [
      { ...DEFAULT_CONFIG, [key]: 0 },
      { ...DEFAULT_CONFIG, [key]: value },
    ];
    const part = `${key}: 0 → ${value} turns a part of the iteration on or off`;
    expect(() => checkChanges(off, on)).toThrow(part);
    expect(() => checkChanges(on, off)).toThrow(`${key}: ${value} → 0 turns a part`);
    checkChanges(on, { ...on, [key]: 2 * value });
    checkResumedChanges(off, on);
  });
});

test('every field that must stay is named at once', () => {
  const to = { ...DEFAULT_CONFIG, numEnvs: 1, layerNorm: true, gamma: 0.5 };
  expect(() => checkResumedChanges(DEFAULT_CONFIG, to)).toThrow(
    /^numEnvs is .*\n?.*layerNorm is /s,
  );
});
