/** The files in configs/: tuned defaults of the environments, valid for editors and for a run. */
import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020';
import { describe, expect, test } from 'vitest';
import { parseCommandLine } from '../../src/cli/flags';
import { resolveConfig } from '../../src/cli/resolve-config';
import { checkConfig } from '../../src/config/check';
import { completeConfig } from '../../src/config/defaults';
import { ENVIRONMENTS } from '../../src/environments/index';
import { listFiles } from '../support/list-files';

const FILES = listFiles('configs', '');
const SCHEMA = 'configs/schema.json';
const TUNED = ENVIRONMENTS.filter(({ defaults }) => defaults !== undefined);
const pathOf = (id: string): string => `configs/${id}.json`;
const parse = (path: string): Record<string, unknown> => JSON.parse(readFileSync(path, 'utf8'));

test('there is a file per environment with tuned defaults, the schema, and nothing else', () => {
  expect(TUNED.length).toBeGreaterThanOrEqual(5);
  expect([...FILES].sort()).toEqual([SCHEMA, ...TUNED.map(({ id }) => pathOf(id))].sort());
});

describe.each(TUNED)('$id', (environment) => {
  const { id, defaults } = environment;
  const path = pathOf(id);

  test('is what the environment uses', () => {
    expect(parse(path)).toEqual({ $schema: './schema.json', ...defaults });
    expect(defaults).not.toHaveProperty('$schema');
  });

  test('fits the schema and can be trained', () => {
    const validate = new Ajv2020({ allErrors: true }).compile(parse(SCHEMA));
    validate(parse(path));
    expect(validate.errors ?? []).toEqual([]);
    expect(() => checkConfig(completeConfig(defaults))).not.toThrow();
  });

  test('as --config changes nothing', () => {
    const readText = (name: string): string => readFileSync(name, 'utf8');
    const resolve = (flags: string) =>
      resolveConfig(parseCommandLine(`train ${id}${flags}`.split(' ')), environment, readText);
    expect(resolve(` --config ${path}`)).toEqual(resolve(''));
  });
});
