import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  measurement,
  mergeSections,
  readSections,
  type Section,
  writeSections,
} from '../../../bench/support/results';
import { sectionFor } from './sections';

const PLACE = { workload: '64 environments', subject: 'lockstep' };

test('a measurement has its samples in the order of time, and their spread', () => {
  expect(measurement(PLACE, 'training', 'steps/s', [30, 10, 20])).toEqual({
    ...PLACE,
    quantity: 'training',
    unit: 'steps/s',
    median: 20,
    low: 10,
    high: 30,
    samples: [30, 10, 20],
    at: {},
  });
});

test('what was not measured is no measurement', () => {
  expect(() => measurement(PLACE, 'training', 'steps/s', [])).toThrow(
    '64 environments: no samples of training',
  );
});

test('a section takes the place of the one with its title and adapter', () => {
  const old = [sectionFor('A', 'x'), sectionFor('A', 'y'), sectionFor('B', 'x')];
  const fresh: Section = { ...sectionFor('A', 'x'), date: '2030-01-01' };
  expect(mergeSections(old, [fresh])).toEqual([old[1], old[2], fresh]);
});

describe('a part of a section', () => {
  const rate = (subject: string, value: number) =>
    measurement({ ...PLACE, subject }, 'training', 'steps/s', [value]);
  const whole: Section = {
    ...sectionFor('A', 'x'),
    measurements: [rate('us', 1), rate('them', 2)],
  };
  const later: Section = {
    ...sectionFor('A', 'x'),
    commit: 'def5678',
    measurements: [rate('us', 3)],
  };

  test('leaves what it did not measure, with the commit that it was made on', () => {
    const [merged] = mergeSections([whole], [later], true);
    const them = { ...rate('them', 2), commit: 'abc1234' };
    expect(merged).toEqual({ ...later, measurements: [them, rate('us', 3)] });
    const [again] = mergeSections([merged!], [{ ...later, commit: 'fff0000' }], true);
    expect(again!.measurements).toEqual([them, rate('us', 3)]);
  });

  test('is all there is where nothing was known, or where the whole was measured', () => {
    expect(mergeSections([], [later], true)).toEqual([later]);
    expect(mergeSections([whole], [later])).toEqual([later]);
  });
});

describe('the file of results', () => {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'lockstep-results-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  test('gives back what was written into it', () => {
    const path = join(folder, 'new', 'results.json');
    const one = measurement({ ...PLACE, at: { envs: 64 } }, 'training', 'steps/s', [1.5, 2]);
    const sections = [{ ...sectionFor('A', 'x'), measurements: [one, one] }, sectionFor('B', 'x')];
    writeSections(path, sections);
    expect(readSections(path)).toEqual(sections);
  });

  test('is empty where there is none', () => {
    expect(readSections(join(folder, 'none.json'))).toEqual([]);
  });

  test.each(['[]', 'null', '{"sections": 3}'])('is refused where it holds %s', (content) => {
    const path = join(folder, 'odd.json');
    writeFileSync(path, content);
    expect(() => readSections(path)).toThrow(`${path}: there is no list "sections"`);
  });
});
