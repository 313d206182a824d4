import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import {
  formatSection,
  type PageSection,
  pageSections,
  replaceSection,
} from '../../../bench/support/results-page';
import { listFiles } from '../../support/list-files';

const section = (title: string, adapter: string, body: string): PageSection => ({
  ...{ title, adapter, body, date: '2026-11-21', commit: 'abc1234 + changes' },
  command: 'npm run bench -- training',
});
const page = (...sections: PageSection[]): string =>
  `# Results\n\nA sentence.\n${sections.map((one) => `\n${formatSection(one)}`).join('')}`;

const [fast, slow, other] = [
  section('A', 'x', '1'),
  section('A', 'y', '2'),
  section('B', 'x', '3'),
];

test('a section names its date, commit, adapter and command', () => {
  expect(formatSection(fast)).toBe(
    '## A\n\n2026-11-21 · commit abc1234 + changes · x · `npm run bench -- training`\n\n1\n',
  );
});

test('a section is found by its title and adapter', () => {
  const { date, commit } = fast;
  expect(pageSections(page(fast, other))).toEqual([
    { title: 'A', adapter: 'x', date, commit },
    { title: 'B', adapter: 'x', date, commit },
  ]);
});

test('a section takes the place of the older one, the others stay', () => {
  const fresh = { ...slow, body: 'fresh', date: '2026-12-01' };
  expect(replaceSection(page(fast, slow, other), fresh)).toBe(page(fast, fresh, other));
  expect(replaceSection(page(fast, slow, other, slow), fresh)).toBe(page(fast, fresh, other));
});

test('a section that is new comes last', () => {
  expect(replaceSection(page(fast), other)).toBe(page(fast, other));
  expect(replaceSection(page(), other)).toBe(page(other));
});

test('bench/RESULTS.md has each section once, and the history has where it comes from', () => {
  const current = pageSections(readFileSync('bench/RESULTS.md', 'utf8'));
  const keys = current.map(({ title, adapter }) => `${title} on ${adapter}`);
  expect(keys.length).toBeGreaterThan(10);
  expect(keys.filter((key, i) => keys.indexOf(key) !== i)).toEqual([]);
  const history = listFiles('bench/results', '.md').flatMap((path) =>
    pageSections(readFileSync(path, 'utf8')).map((one) => JSON.stringify(one)),
  );
  expect(current.filter((one) => !history.includes(JSON.stringify(one)))).toEqual([]);
});
