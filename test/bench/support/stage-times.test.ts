import { expect, test } from 'vitest';
import { sumOf, updateStages } from '../../../bench/support/stage-times';

test('the update is what lies between advantages and report, whatever its form', () => {
  const layered = ['rollout', 'values', 'advantages', 'gather', 'loss', 'gather', 'loss', 'report'];
  expect(updateStages(layered)).toEqual(['gather', 'loss']);
  const fused = [
    'rollout',
    'advantages',
    'update',
    'optimizer',
    'observation statistics',
    'schedule',
  ];
  expect(updateStages(fused)).toEqual(['update', 'optimizer']);
});

test('stages without advantages have no update', () => {
  expect(() => updateStages(['rollout', 'update'])).toThrow(
    'no stage "advantages" among rollout, update',
  );
});

test('samples of several stages add up one by one', () => {
  const samples = new Map([
    ['a', [1, 2]],
    ['b', [10, 20]],
    ['c', [100, 200]],
  ]);
  expect(sumOf(samples, ['a', 'c'])).toEqual([101, 202]);
  expect(sumOf(samples, [])).toEqual([]);
});
