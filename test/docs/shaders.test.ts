/**
 * shaders/README.md: lists the plug-ins, conditions, constants and letters of the shaders, and no
 * others.
 */
import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { listFiles } from '../support/list-files';

const PAGE = readFileSync('shaders/README.md', 'utf8');
/** The shaders without comments. */
const SHADERS = listFiles('shaders', '.wesl').map((path) => ({
  path,
  text: readFileSync(path, 'utf8').replace(/\/\/.*/g, ''),
}));
const words = (text: string): string[] => text.match(/\w+/g) ?? [];
const sorted = (names: Iterable<string>): string[] => [...new Set(names)].sort();

/** The first cells below a heading; a cell may hold several names. */
function listed(heading: string, page = PAGE): string[] {
  const section = page.split(/^## /m).find((text) => text.startsWith(heading))!;
  return [...section.matchAll(/^\| ([^|]+) \|/gm)]
    .flatMap((match) => match[1]!.replaceAll('`', '').split(', '))
    .filter((name) => name !== 'name' && name !== 'letter');
}

test('plug-ins are the modules that no file is named after', () => {
  const imported = SHADERS.flatMap(({ text }) =>
    [...text.matchAll(/package::(\w+)::/g)].map((match) => match[1]!),
  );
  const plugIns = imported.filter((name) => !existsSync(`shaders/${name}`));
  expect(listed('Plug-ins').sort()).toEqual(sorted(plugIns));
});

test('conditions are those of @if', () => {
  const conditions = SHADERS.flatMap(({ text }) =>
    [...text.matchAll(/@(?:if|elif)\(([^)]*)\)/g)].flatMap((match) => words(match[1]!)),
  );
  expect(listed('Conditions').sort()).toEqual(sorted(conditions));
});

test('constants are those that shaders import', () => {
  const constants = SHADERS.filter(({ path }) => !/environments\/(?!interface)/.test(path)).flatMap(
    ({ text }) =>
      [...text.matchAll(/\bconstants::(?:\{([^}]*)\}|(\w+))/g)].flatMap((match) =>
        words(match[1] ?? match[2]!),
      ),
  );
  const rows = listed('Constants');
  const matches = (row: string, name: string): boolean =>
    new RegExp(`^${row.replace('*', '\\w+')}$`).test(name);
  const isListed = (name: string): boolean => rows.some((row) => matches(row, name));
  expect(sorted(constants.filter((name) => !isListed(name)))).toEqual([]);
  expect(rows.filter((row) => !constants.some((name) => matches(row, name)))).toEqual([]);
});

test('letters are those of the glossary', () => {
  const glossary = listed('Letters', readFileSync('docs/glossary.md', 'utf8'));
  expect(listed('Letters')).toEqual(glossary.filter((letter) => letter !== 'd_x'));
});
