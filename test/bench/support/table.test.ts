import { expect, test } from 'vitest';
import { measurement } from '../../../bench/support/results';
import { formatFigure, formatMeasurements, formatSpread } from '../../../bench/support/table';

test.each([
  [123_456.7, '123,457'],
  [12.345, '12.3'],
  [1, '1.00'],
  [0.12345, '0.123'],
  [0.00012345, '0.000123'],
  [-98.76, '-98.8'],
  [0, '0'],
  [Number.NaN, '-'],
])('%d is written as %s', (value, figure) => {
  expect(formatFigure(value)).toBe(figure);
});

test('a spread has its lowest and highest where there are several samples', () => {
  const place = { workload: 'w', subject: 's' };
  expect(formatSpread(measurement(place, 'q', 'u', [2.5]))).toBe('2.50');
  expect(formatSpread(measurement(place, 'q', 'u', [2.5, 30, 7]))).toBe('7.00 (2.50 … 30.0)');
  expect(formatSpread(measurement(place, 'q', 'u', [5]))).toBe('5');
});

test('a row holds the quantities of one subject at one workload', () => {
  const at = (workload: string, subject: string) => ({ workload, subject });
  const table = formatMeasurements([
    measurement(at('64', 'ours'), 'speed', 'steps/s', [1500]),
    measurement(at('64', 'theirs'), 'speed', 'steps/s', [500]),
    measurement(at('64', 'ours'), 'ratio', '×', [3.25]),
    measurement(at('128', 'ours'), 'ratio', '×', [4.5]),
  ]);
  expect(table).toBe(
    [
      '| workload | subject | speed [steps/s] | ratio [×] |',
      '|----------|---------|-----------------|-----------|',
      '| 64       | ours    | 1,500           | 3.25      |',
      '| 64       | theirs  | 500             |           |',
      '| 128      | ours    |                 | 4.50      |',
    ].join('\n'),
  );
});
