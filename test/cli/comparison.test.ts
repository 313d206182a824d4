import { describe, expect, test } from 'vitest';
import { drawComparison, formatComparison } from '../../src/cli/comparison';
import type { LoggedRun } from '../../src/logging/logged-run';
import { readFolder, runFolder, type Wish } from '../logging/run-folders';

const read = (folder: string, wish: Wish): Promise<LoggedRun> =>
  readFolder(runFolder(folder, wish), 0, folder);
const threshold = (environment: string) => (environment === 'CartPole-v1' ? 25 : undefined);
const table = (text: string) => text.split('\n').map((row) => row.replaceAll(/ {2,}/g, ' | '));

describe('the table', async () => {
  const runs = await Promise.all([
    read('runs/a', { ended: 3, config: { seed: 1 } }),
    read('runs/b', { ended: 3, config: { seed: 2 }, returns: [[Number.NaN], [26], [40]] }),
    read('runs/c', { config: { learningRate: 0.5, hiddenSizes: [8] }, adapter: 'H200' }),
  ]);
  const [results, differences] = formatComparison(runs, threshold).split('\n\n').map(table);

  test('has the final and the best return, when they were reached, and the speed', () => {
    expect(results!.slice(0, 4)).toEqual([
      ' | run | seed | final return | best return | steps to best | steps to solve | ' +
        'steps/s | state',
      'A | runs/a | 1 | 20.0 | 30.0 | 2,000 | 2,000 | 12.3k | finished',
      'B | runs/b | 2 | 40.0 | 40.0 | 3,000 | 2,000 | 12.3k | finished',
      'C | runs/c | 3 | 20.0 | 30.0 | 2,000 | 2,000 | 10.0k | running',
    ]);
  });

  test('merges runs that differ in the seed alone: mean, and lowest to highest', () => {
    expect(results!.slice(4)).toEqual([
      'A B | 2 runs together | 30.0 (20.0..40.0) | 35.0 (30.0..40.0) | ' +
        '2,500 (2,000..3,000) | 2,000 (2,000..2,000) | 12.3k (12.3k..12.3k)',
    ]);
  });

  test('names what differs besides the seed', () => {
    expect(differences).toEqual([
      'differs | A | B | C',
      'adapter | lava | lava | H200',
      'learningRate | 0.00025 | 0.00025 | 0.5',
      'hiddenSizes | [64,64] | [64,64] | [8]',
    ]);
  });
});

test('a run that never solved its environment has no number of steps for it', async () => {
  const runs = [await read('a', { returns: [[10], [24.9]] })];
  expect(table(formatComparison(runs, threshold))[1]).toContain(' | 2,000 | - | 10.0k');
});

test('runs together have solved their environment only if each has', async () => {
  const runs = [await read('a', {}), await read('b', { returns: [[1], [2], [3]] })];
  const row = table(formatComparison(runs, threshold)).find((each) => each.startsWith('A B'));
  expect(row).toMatch(/ \| - \| 10\.0k \(10\.0k\.\.10\.0k\)$/);
});

test('without thresholds there is no such column, and a damaged run has a row', async () => {
  const runs = [
    await read('a', { environment: 'Pendulum-v1', returns: [[-5]] }),
    await readFolder({ 'b/config.json': '{' }, 0, 'b'),
  ];
  const text = formatComparison(runs, threshold);
  expect(text).not.toContain('solve');
  expect(table(text)[2]).toMatch(/^B \| b \| - \| - \| - \| - \| - \| broken/);
  expect(text).toContain('The returns of different environments do not compare.');
});

test('equal configurations are said to be equal', async () => {
  const runs = await Promise.all(['a', 'b'].map((folder) => read(folder, {})));
  expect(formatComparison(runs, threshold)).toContain('the same but for the seeds');
});

describe('the chart', async () => {
  const runs = await Promise.all([
    read('runs/a<1>', { ended: 3, config: { seed: 1 } }),
    read('runs/b', { ended: 3, config: { seed: 2 }, returns: [[20], [40], [60]] }),
    read('runs/c', { config: { gamma: 0.5 }, returns: [[Number.NaN], [5], [7]] }),
  ]);
  const svg = drawComparison(runs, threshold);
  const places = (tag: string): number[][][] =>
    [...svg.matchAll(new RegExp(`<${tag} points="([^"]*)"`, 'g'))].map((match) =>
      match[1]!.split(' ').map((pair) => pair.split(',').map(Number)),
    );

  test('has a line per configuration, with its name, through the means', () => {
    const [together, alone] = places('polyline');
    expect(places('polyline')).toHaveLength(2);
    expect(together).toHaveLength(3);
    // No episode had ended after the first iteration.
    expect(alone).toHaveLength(2);
    expect(svg).toContain('● A B: runs/a&lt;1&gt; and 1 more');
    expect(svg).toContain('● C: runs/c');
    // 15, 35, 40: each is higher, and the steps are equally far apart.
    const [x, y] = [together!.map((place) => place[0]!), together!.map((place) => place[1]!)];
    expect(x[1]! - x[0]!).toBeCloseTo(x[2]! - x[1]!, 0);
    expect((y[0]! - y[1]!) / (y[1]! - y[2]!)).toBeCloseTo(4, 0);
  });

  test('has a band from the lowest to the highest where there are several seeds', () => {
    const [band, ...others] = places('polygon');
    expect(others).toEqual([]);
    expect(band).toHaveLength(6);
    const [line] = places('polyline');
    // Lowest and highest of the last iteration are equally far from their mean.
    const [upper, lower, mean] = [band![2]![1]!, band![3]![1]!, line![2]![1]!];
    expect(mean - upper).toBeCloseTo(lower - mean, 0);
    expect(upper).toBeLessThan(mean);
  });

  test('has a line of its own for a run that ended early', async () => {
    const early = await read('runs/d', { ended: 3, config: { seed: 4 }, returns: [[1], [2]] });
    const drawn = drawComparison([...runs.slice(0, 2), early], threshold);
    expect(drawn.match(/<polyline/g)).toHaveLength(2);
  });

  test('marks the threshold of the environment', () => {
    expect(svg.match(/stroke-dasharray/g)).toHaveLength(1);
  });

  test('is drawn for runs without any number', async () => {
    const empty = [await read('a', { returns: [] }), await readFolder({}, 0, 'b')];
    const drawn = drawComparison(empty, threshold);
    expect(drawn).not.toMatch(/NaN|Infinity/);
    expect(drawn).toContain('● B: b');
  });

  test('keeps files small for long runs', async () => {
    const returns = Array.from({ length: 20_000 }, (_, index) => [index]);
    const long = drawComparison([await read('a', { returns })], threshold);
    expect(long.length).toBeLessThan(30_000);
    expect(long).not.toContain('NaN');
  });
});
