import { expect, test } from 'vitest';
import { readConfigFile } from '../../src/cli/config-file';

const read = (text: string) => readConfigFile('run.json', () => text);
const problem = (text: string): string | undefined => read(text).problems[0];

test('fields are taken as they stand, without $schema', () => {
  const text = '{"$schema": "./schema.json", "seed": 3, "gamma": [0.9, 0.99], "wrong": null}';
  expect(read(text)).toEqual({
    path: 'run.json',
    fields: { seed: 3, gamma: [0.9, 0.99], wrong: null },
    problems: [],
  });
  expect(read('\uFEFF{}').fields).toEqual({});
});

test('$schema may only be a string', () => {
  expect(problem('{"$schema": 3}')).toBe('$schema is 3 (in run.json); it must be a string');
});

test.each([
  ['[1]', 'a list'],
  ['null', 'null'],
  ['"x"', 'a string'],
  ['3', 'a number'],
])('%s is refused as %s', (text, name) => {
  expect(problem(text)).toBe(
    `--config run.json: holds ${name}; it must hold a JSON object of config fields`,
  );
  expect(read(text).fields).toBeUndefined();
});

test.each([
  // A comma too many before a brace, told with its place by the parser.
  ['{\n  "seed": 3,\n}', 3, 1],
  // A word that is no value, told without its place.
  ['{\n  "numEnvs": 8,\n  "annealLr": True\n}', 3, 15],
  ['{"gamma": [0.9,]}', 1, 16],
  // A comma too few.
  ['{\n  "seed": 3\n  "gamma": 1\n}', 3, 3],
  // An end too soon; white space behind it does not count.
  ['{\n  "seed": 3\n\n', 2, 12],
  ['', 1, 1],
  ['x', 1, 1],
])('malformed JSON is told with line and column: %j', (text, line, column) => {
  const said = problem(text)!;
  expect(said).toContain(`--config run.json: is not JSON at line ${line}, column ${column}: `);
  expect(said).not.toMatch(/position|\n/);
  expect(read(text).fields).toBeUndefined();
});

test('a file that cannot be read is told with the reason, once with its path', () => {
  const { problems, fields } = readConfigFile('a/run.json', () => {
    throw new Error("EACCES: permission denied, open 'a/run.json'");
  });
  expect(problems).toEqual(['--config a/run.json: cannot be read: EACCES: permission denied']);
  expect(fields).toBeUndefined();
});
