/** docs/from-cleanrl-and-sb3.md: its names of fields are those that errors offer ours for. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { keyOfCommonName } from '../../src/config/common-names';
import { CONFIG_FIELDS } from '../../src/config/fields';
import { plainName } from '../../src/config/nearest-names';
import { allReports, smallTrainer } from '../trainer/training';

const PAGE = readFileSync('docs/from-cleanrl-and-sb3.md', 'utf8');

/** The rows of a section's table, cell by cell. */
function rowsOf(heading: string): string[][] {
  const section = PAGE.split(/^## /m).find((text) => text.startsWith(heading))!;
  const rows = [...section.matchAll(/^\| (?!---)(.*) \|$/gm)].slice(1);
  return rows.map(([, row]) => row!.split('|').map((cell) => cell.trim().replaceAll('`', '')));
}

const FIELDS = rowsOf('Configuration').map(([cleanrl, sb3, field]) => ({ cleanrl, sb3, field }));

describe.each(FIELDS)('$field', ({ cleanrl, sb3, field }) => {
  test('is a config field', () => {
    expect(Object.keys(CONFIG_FIELDS)).toContain(field);
  });

  test.each([cleanrl, sb3].filter((name) => name !== ''))('is found by the name %s', (name) => {
    const plain = plainName(name!.replace(/^--/, ''));
    expect(plain === plainName(field!) ? field : keyOfCommonName(plain)).toBe(field);
  });
});

test('all fields of CleanRL and most of SB3 are there', () => {
  expect(FIELDS.filter(({ cleanrl }) => cleanrl !== '').length).toBeGreaterThan(15);
  expect(FIELDS.filter(({ sb3 }) => sb3 !== '').length).toBeGreaterThan(22);
});

test('its metrics are those of reports', async () => {
  const trainer = await smallTrainer();
  const [report] = await allReports(trainer);
  trainer.destroy();
  const names = [...Object.keys(report!), ...Object.keys(report!.agents[0]!)];
  const listed = rowsOf('Metrics').map(([name]) => name!);
  // The evaluation is no part of a report; loggers have it.
  expect(listed.filter((name) => !names.includes(name))).toEqual(['eval/episodic_return']);
  expect(listed.length).toBeGreaterThan(10);
});
