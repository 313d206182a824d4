/**
 * docs/implementation-details.md: every detail of the list once, and a state that fits what the row
 * says.
 */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { CONFIG_FIELDS } from '../../src/config/fields';
import { isPath } from './pages';

const PAGE = readFileSync('docs/implementation-details.md', 'utf8');
const STATES = ['in', 'partly', 'not yet', 'does not apply'];

const rows = PAGE.split('\n')
  .filter((line) => line.startsWith('| ') && !/^\| (#|detail) /.test(line))
  .map((line) => line.split(/(?<!\\)\|/).map((cell) => cell.trim()))
  .map((cells) => cells.slice(1, -1))
  .map((cells) => (/^\d+$/.test(cells[0]!) ? cells : ['', ...cells]))
  .map(([number, detail, state, where]) => ({ number, detail, state, where }));
const codeOf = (text: string | undefined): string[] =>
  [...text!.matchAll(/`([^`]+)`/g)].map((match) => match[1]!);

test('the 37 details come in order', () => {
  const numbers = rows.map(({ number }) => Number(number)).filter((number) => number > 0);
  expect(numbers).toEqual(Array.from({ length: 37 }, (_, index) => index + 1));
});

describe.each(rows)('$number $detail', ({ state, where }) => {
  test('has a state that fits its place', () => {
    expect(STATES).toContain(state);
    const code = codeOf(where);
    if (state === 'in') expect(code.filter(isPath)).not.toEqual([]);
    if (state === 'not yet') expect(code).toEqual([]);
  });
});

test('no feature that has a config field is denied', () => {
  const denied = rows.filter(({ state }) => state === 'not yet' || state === 'does not apply');
  const keys = denied.flatMap(({ detail, where }) => codeOf(`${detail} ${where}`));
  expect(keys.filter((key) => key in CONFIG_FIELDS)).toEqual([]);
});
