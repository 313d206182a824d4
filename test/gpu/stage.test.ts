import { describe, expect, test } from 'vitest';
import type { Dispatch } from '../../src/gpu/kernel';
import { countDispatches, type Stage, splitStages } from '../../src/gpu/stage';

/** Dispatches that are told apart by their workgroups; nothing here reaches a device. */
function stage(name: string, first: number, count: number): Stage {
  const dispatches = Array.from(
    { length: count },
    (_, i) => ({ workgroups: [first + i, 1, 1] }) as unknown as Dispatch,
  );
  return { name, dispatches };
}

const STAGES = [
  stage('rollout', 0, 7),
  stage('values', 7, 1),
  stage('none', 8, 0),
  stage('update', 8, 5),
];

const marksOf = (stages: readonly Stage[]): number[] =>
  stages.flatMap(({ dispatches }) => dispatches.map(({ workgroups }) => workgroups[0]));

test('dispatches are counted over all stages', () => {
  expect(countDispatches(STAGES)).toBe(13);
  expect(countDispatches([])).toBe(0);
});

describe.each([1, 2, 3, 4, 5, 13, 20])('in %d parts', (parts) => {
  const runs = splitStages(STAGES, parts);

  test('every dispatch is there once, in order', () => {
    expect(marksOf(runs.flat())).toEqual(Array.from({ length: 13 }, (_, i) => i));
  });

  test('no run is longer than its share, and there are no more runs than asked for', () => {
    expect(runs.length).toBeLessThanOrEqual(parts);
    for (const run of runs) {
      expect(countDispatches(run)).toBeLessThanOrEqual(Math.ceil(13 / parts));
      expect(countDispatches(run)).toBeGreaterThan(0);
    }
  });

  test('every piece keeps the name of its stage', () => {
    const names = runs.flat().flatMap((piece) => piece.dispatches.map(() => piece.name));
    expect(names).toEqual(STAGES.flatMap((own) => own.dispatches.map(() => own.name)));
  });
});

test('no stages make one empty run', () => {
  expect(splitStages([], 3)).toEqual([[]]);
});
