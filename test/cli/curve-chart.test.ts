import { expect, test } from 'vitest';
import { curveChart } from '../../src/cli/curve-chart';

const chart = (points: readonly (readonly [x: number, y: number])[], mark?: number): string =>
  curveChart({
    ...{ title: 'Title', caption: 'a caption', unit: 'return', xName: 'timesteps', mark },
    curves: [{ name: 'curve', points: points.map(([x, y]) => ({ x, y, low: y, high: y })) }],
  });

/** The labels of the axes: x, then y. */
function ticksOf(svg: string): { readonly x: string[]; readonly y: string[] } {
  const labels = (anchor: string): string[] =>
    [...svg.matchAll(new RegExp(`text-anchor="${anchor}">([^<]*)<`, 'g'))].map((m) => m[1]!);
  return { x: labels('middle').filter((label) => label !== 'timesteps'), y: labels('end') };
}

test('ticks are 1, 2 or 5 times a power of ten apart, without rounding errors', () => {
  const { x, y } = ticksOf(
    chart([
      [100_000, 0.05],
      [600_000, 0.61],
    ]),
  );
  expect(x).toEqual(['0', '100k', '200k', '300k', '400k', '500k', '600k']);
  expect(y).toEqual(['0.1', '0.2', '0.3', '0.4', '0.5', '0.6']);
});

test('returns below 0, and numbers of any size', () => {
  expect(
    ticksOf(
      chart([
        [1, -1600],
        [3, -100],
      ]),
    ).y,
  ).toEqual(['-1500', '-1000', '-500']);
  expect(
    ticksOf(
      chart([
        [1, -3e6],
        [3, 0],
      ]),
    ).y,
  ).toEqual([...['-3M', '-2.5M', '-2M', '-1.5M', '-1M', '-500k', '0']]);
});

test('a single point, and equal values', () => {
  expect(ticksOf(chart([[5, 7]])).y).toContain('7');
  expect(
    chart([
      [1, 7],
      [2, 7],
    ]),
  ).not.toMatch(/NaN|Infinity/);
});

test('the mark is within the axes', () => {
  const { y } = ticksOf(
    chart(
      [
        [0, 0],
        [1, 100],
      ],
      475,
    ),
  );
  expect(y.at(-1)).toBe('400');
});
