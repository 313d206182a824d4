/** README.md: short, and its figures are those of bench/RESULTS.md. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const PAGE = readFileSync('README.md', 'utf8');
const SECTIONS = readFileSync('bench/RESULTS.md', 'utf8').split(/^(?=## )/m);
/** Rows whose last two cells are a date and a commit. */
const ROWS = [
  ...PAGE.matchAll(/^\| [^|]+ \| ([^|]+) \| ([^|]+) \| ([\d-]{10}) \| ([0-9a-f]{7,}) \|$/gm),
].map(([row, figures, adapter, date, commit]) => ({ row, figures, adapter, date, commit }));

test('README and CONTRIBUTING fit on a few screens', () => {
  expect(PAGE.trimEnd().split('\n').length).toBeLessThan(120);
  expect(readFileSync('CONTRIBUTING.md', 'utf8').split('\n').length).toBeLessThanOrEqual(120);
  expect(readFileSync('docs/data-flow.md', 'utf8').split('\n').length).toBeLessThanOrEqual(200);
});

test('there is a table of speeds', () => {
  expect(ROWS.length).toBeGreaterThan(3);
});

test.each(ROWS)('$row is recorded', ({ figures, adapter, date, commit }) => {
  const origin = `\n${date} · commit ${commit} · ${adapter}`;
  const sections = SECTIONS.filter((section) => section.includes(origin)).join('\n');
  const missing = figures!.split(', ').filter((figure) => !sections.includes(` ${figure} `));
  expect(missing.filter((figure) => !sections.includes(` ${figure},`))).toEqual([]);
});
