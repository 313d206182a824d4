import { Ajv2020 } from 'ajv/dist/2020';
import { describe, expect, test } from 'vitest';
import { configSchema } from '../../scripts/config-schema';
import { findProblems } from '../../src/config/check';
import { completeConfig, DEFAULT_CONFIG } from '../../src/config/defaults';
import type { ConfigField } from '../../src/config/field';
import { CONFIG_FIELDS } from '../../src/config/fields';
import type { PpoConfig } from '../../src/config/ppo-config';

const ajv = new Ajv2020({ strict: true, allowUnionTypes: true });
const validate = ajv.compile(configSchema());

/** Whether the field itself may have the value; rules between fields are not the schema's. */
function checks(key: string, value: unknown): boolean {
  const config = completeConfig({}, { numAgents: 2, [key]: value } as Partial<PpoConfig>);
  return !findProblems(config).some(({ keys }) => keys.length === 1 && keys[0] === key);
}

/** Values at and beyond the edges of a field, and some of other types. */
function candidates({ min = 0, max = 1e9, choices = [] }: ConfigField): unknown[] {
  const numbers = [min, min - 1, min + 1, min + 0.5, max, max + 1, max - 1, -1, 0, 1];
  const ones = [...numbers, ...choices, true, false, 'tanh', 'true', 'nonsense', '1', null, {}];
  const long = [1, 1, 1, 1, 1];
  return [...ones, [], long, long.slice(1), ...ones.map((one) => [one, one]), [1, 'x'], [[1], [1]]];
}

describe.each(Object.entries(CONFIG_FIELDS))('%s', (key, field) => {
  test('may be in a file exactly what checkConfig lets it be', () => {
    // How many agents there are is a rule between fields, so lists here have two values.
    const values = candidates(field).filter(
      (value) => !field.perAgent || !Array.isArray(value) || value.length === 2,
    );
    const verdicts = (accepts: (value: unknown) => boolean) =>
      values.map((value) => `${JSON.stringify(value)} ${accepts(value)}`);
    expect(verdicts((value) => validate({ [key]: value }))).toEqual(
      verdicts((value) => checks(key, value)),
    );
  });

  test('has its general default', () => {
    const value = DEFAULT_CONFIG[key as keyof PpoConfig];
    expect(configSchema()).toHaveProperty(['properties', key, 'default'], value);
    expect(validate({ [key]: value })).toBe(true);
  });
});

test.each([
  [{}, true],
  [{ $schema: './schema.json' }, true],
  [{ $schema: 3 }, false],
  [{ numEnv: 8 }, false],
  [{ numEnvs: '8' }, false],
  [{ numAgents: 2, gamma: [0.9, 0.99] }, true],
  [{ gamma: [0.9, 1.5] }, false],
  [{ gamma: [] }, false],
  [{ clipCoef: 0 }, false],
  [{ hiddenSizes: [] }, true],
  [{ activation: 'gelu' }, false],
  [[], false],
])('%j is valid: %s', (file, valid) => {
  expect(validate(file)).toBe(valid);
});

test('choices may mix booleans and names', () => {
  const annealLr: ConfigField = {
    group: 'optimizer',
    type: 'choice',
    default: true,
    choices: [false, true, 'cosine'],
    perAgent: true,
    description: 'Let the learning rate fall.',
    source: 'test',
    pitfall: 'None.',
  };
  const mixed = ajv.compile(configSchema({ annealLr }));
  for (const value of [false, true, 'cosine', [true, 'cosine']]) {
    expect(mixed({ annealLr: value })).toBe(true);
  }
  for (const value of ['true', 'linear', 1, null, [true, 'linear']]) {
    expect(mixed({ annealLr: value })).toBe(false);
  }
});
