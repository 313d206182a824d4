import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { GENERATED } from '../../scripts/generated';
import { CONFIG_GROUPS } from '../../src/config/field';
import { CONFIG_FIELDS } from '../../src/config/fields';

describe.each(Object.entries(GENERATED))('%s', (path, text) => {
  test('is what npm run generate writes', () => {
    expect(readFileSync(path, 'utf8'), `${path} is stale: npm run generate`).toBe(text);
  });
});

describe.each(Object.entries(CONFIG_FIELDS))('%s', (key, { group, source, pitfall }) => {
  test('has a group, a source and a pitfall of one short sentence', () => {
    expect(Object.keys(CONFIG_GROUPS)).toContain(group);
    expect(source.trim().length).toBeGreaterThan(5);
    expect(pitfall).toMatch(/^[A-Za-z0-9].{20,118}\.$/);
  });

  test('has a row in the documentation', () => {
    const rows = GENERATED['docs/configuration.md']!.split('\n').filter((line) =>
      line.startsWith(`| \`${key}\`<br>`),
    );
    expect(rows).toHaveLength(1);
    // Bars that are not part of a cell's text: one before each of seven cells and one at the end.
    expect(rows[0]!.match(/(?<!\\)\|/g)).toHaveLength(8);
  });
});
