/** What the page lists of a policy's decision. */
import { expect, test } from 'vitest';
import { binned } from '../../page/ui/binned';
import { linesOf } from '../../page/ui/insight-panel';
import type { ActionDistribution, ActionSpace } from '../../src/index';

const choices = (...probabilities: number[][]): ActionDistribution => ({
  kind: 'choices',
  probabilities,
});

test('each action with its name and its probability', () => {
  const space: ActionSpace = { type: 'discrete', n: 2, names: ['push left', 'push right'] };
  const insight = { distribution: choices([0.25, 0.75]), value: 1, action: [1] };
  expect(linesOf(space, insight)).toEqual([
    { name: 'push left', from: 0, to: 0.25, text: '25%', taken: false },
    { name: 'push right', from: 0, to: 0.75, text: '75%', taken: true },
  ]);
});

test('the values of several choices', () => {
  const space: ActionSpace = { type: 'multi-discrete', nvec: [2, 1] };
  const insight = { distribution: choices([0.999, 0.001], [1]), value: null, action: [0, 0] };
  const lines = linesOf(space, insight).map(({ name, text, taken }) => [name, text, taken]);
  expect(lines).toEqual([
    ['choice 1: 0', '100%', true],
    ['choice 1: 1', '0.1%', false],
    ['choice 2: 0', '100%', true],
  ]);
});

test('of many values, the most likely ones in their order', () => {
  const own = Array.from({ length: 40 }, (_, at) => (at >= 20 && at < 29 ? 0.1 : 0.1 / 31));
  const space: ActionSpace = { type: 'discrete', n: 40 };
  const lines = linesOf(space, { distribution: choices(own), value: 0, action: [3] });
  expect(lines.map(({ name }) => name)).toEqual(
    Array.from({ length: 9 }, (_, index) => `action ${20 + index}`),
  );
});

test('numbers within their bounds, or around themselves where there are none', () => {
  const normal = (middle: number[]): ActionDistribution => ({
    ...{ kind: 'normal', mean: middle, deviation: middle.map(() => 0.5), middle },
    below: middle.map((mean) => mean - 0.5),
    above: middle.map((mean) => mean + 0.5),
  });
  const bounded: ActionSpace = { type: 'box', low: [-2, 0], high: [2, 4] };
  const lines = linesOf(bounded, { distribution: normal([1, 1]), value: 0, action: [1, 1] });
  expect(lines).toEqual([
    { name: 'number 1', from: 0.625, to: 0.875, text: '1.00 ± 0.50', taken: false },
    { name: 'number 2', from: 0.125, to: 0.375, text: '1.00 ± 0.50', taken: false },
  ]);
  const free: ActionSpace = { type: 'box', low: [-Infinity], high: [Infinity] };
  const [line] = linesOf(free, { distribution: normal([3]), value: 0, action: [3] });
  expect([line!.name, line!.from, line!.to]).toEqual(['action', 0.25, 0.75]);
});

test('returns in bins of equal width', () => {
  expect(binned([])).toEqual([[], []]);
  expect(binned([4, 4])).toEqual([[4], [2]]);
  const [middles, counts] = binned([0, 0.1, 12, 24]);
  expect(middles.slice(0, 2)).toEqual([0.5, 1.5]);
  expect(counts).toEqual(
    Array.from({ length: 24 }, (_, bin) => ({ 0: 2, 12: 1, 23: 1 })[bin] ?? 0),
  );
});
