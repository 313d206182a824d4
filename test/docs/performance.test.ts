/** docs/performance.md: its figures are those of bench/RESULTS.md. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const PAGE = readFileSync('docs/performance.md', 'utf8');
const RESULTS = readFileSync('bench/RESULTS.md', 'utf8').replaceAll('**', '');

test('all its measured numbers are recorded', () => {
  const cells = [...PAGE.matchAll(/^\| [^|]+ \| (\d[\d,]*) \| (\d[\d,]*) \|$/gm)];
  const measured = [
    ...cells.flatMap(([, lavapipe, h200]) => [lavapipe!, h200!]),
    ...[...PAGE.matchAll(/\b(\d[\d,.]*)(?= (?:ms|s|steps\/s|%|times)\b)/g)].map(([, n]) => n!),
  ];
  expect(measured.length).toBeGreaterThan(25);
  expect(measured.filter((number) => !RESULTS.includes(` ${number} `))).toEqual([]);
});
