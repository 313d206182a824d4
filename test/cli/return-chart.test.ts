import { expect, test } from 'vitest';
import { formatChart, type ReturnChart } from '../../src/cli/return-chart';

const chart = (points: ReturnChart['points'], goal?: number): string[] =>
  formatChart(
    { points, steps: 1000, range: [0, 100], goal },
    // Ten characters for the curve, 20 by 8 dots.
    { columns: 16, rows: 3, color: false },
  );

test('a curve stands on its axes', () => {
  expect(
    chart([
      [0, 0],
      [1000, 100],
    ]),
  ).toEqual([
    // One dot up for every 2.7 to the right.
    '  100 ⡇    ⣀⡠⠴⠒⠉',
    '    0 ⣇⣤⣖⣊⣉⣀⣀⣀⣀⣀',
    '      0 steps1,000',
  ]);
});

test('returns beyond the axis are at its ends, those that are none nowhere', () => {
  const lines = chart([
    [0, Number.NaN],
    [500, 900],
    [1000, 900],
  ]);
  expect(lines.slice(0, 2)).toEqual(['  100 ⡇    ⠉⠉⠉⠉⠉', '    0 ⣇⣀⣀⣀⣀⣀⣀⣀⣀⣀']);
});

test('without returns there are the axes, with one return a dot', () => {
  expect(chart([]).slice(0, 2)).toEqual(['  100 ⡇', '    0 ⣇⣀⣀⣀⣀⣀⣀⣀⣀⣀']);
  expect(chart([[500, 60]])[0]).toMatch(/^ {2}100 ⡇ {4}\S$/);
});

test('the return to reach is a dotted line', () => {
  expect(chart([], 100)[0]).toBe('  100 ⡏  ⠉  ⠉');
});
