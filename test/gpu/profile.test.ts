import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { profileOf } from '../../src/gpu/profile';
import { listFiles } from '../support/list-files';

/** Files that describe adapters, choose one or show it to people. */
const DESCRIBES = /src\/(gpu\/adapter|gpu\/profile|node\/\w[\w-]*|cli\/\w[\w-]*)\.ts$/;

test('the differences between hardware and software adapters are in one table', () => {
  const readers = listFiles('src', '.ts').filter((file) =>
    /\.hardware\b/.test(readFileSync(file, 'utf8')),
  );
  expect(readers.filter((file) => !DESCRIBES.test(file))).toEqual([]);
});

test('workgroups that reduce as a tree have a power of two of lanes', () => {
  for (const hardware of [true, false]) {
    const { reductionLanes, statisticLanes, gradientRowLanes } = profileOf({ hardware });
    for (const lanes of [reductionLanes, statisticLanes, gradientRowLanes]) {
      expect(Number.isInteger(Math.log2(lanes))).toBe(true);
    }
  }
});
