/**
 * A shader with an entry point lies where the TypeScript file that dispatches it does, under its
 * stem.
 */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { listFiles } from './support/list-files';

const ENTRIES = listFiles('shaders', '.wesl')
  .filter((path) => readFileSync(path, 'utf8').includes('@compute'))
  .map((path) => path.slice('shaders/'.length, -'.wesl'.length));

const SOURCES = listFiles('src', '.ts')
  .filter((path) => !path.startsWith('src/shader-sources/'))
  .map((path) => ({
    path: path.slice('src/'.length, -'.ts'.length),
    text: readFileSync(path, 'utf8'),
  }));

/** Files that make a kernel of the shader, or import it. */
const dispatchers = (shader: string): string[] => {
  const ways = [
    `shader: '${shader}'`,
    `program('${shader}'`,
    `program(\n    '${shader}'`,
    `/${shader}.wesl'`,
  ];
  return SOURCES.filter(({ text }) => ways.some((way) => text.includes(way))).map(
    ({ path }) => path,
  );
};

test('there are shaders with entry points', () => {
  expect(ENTRIES.length).toBeGreaterThan(30);
});

describe.each(ENTRIES)('%s', (shader) => {
  test('is dispatched by one file, whose path it has or extends', () => {
    const found = dispatchers(shader);
    expect(found).toHaveLength(1);
    const extended = shader.startsWith(`${found[0]}-`) || shader.startsWith(`${found[0]}/`);
    expect(shader === found[0] || extended, `${shader} by ${found[0]}`).toBe(true);
  });
});
