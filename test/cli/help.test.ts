import { describe, expect, test } from 'vitest';
import { COMMANDS, type CommandName, flagRow, OTHER_FLAGS } from '../../src/cli/commands';
import { formatDefinitions } from '../../src/cli/definitions';
import { CONFIG_KEYS, flagOf } from '../../src/cli/flag-values';
import { formatHelp } from '../../src/cli/help';
import { ENDING_SIGNALS } from '../../src/cli/signals';

const NAMES = Object.keys(COMMANDS) as CommandName[];

describe.each(NAMES)('the help of %s', (name) => {
  const text = formatHelp(name);

  test('fits 80 columns', () => {
    const tooLong = text.split('\n').filter((line) => line.length > 80);
    expect(tooLong).toEqual([]);
  });

  test('begins with its usage, says what it does and has its flags, no others', () => {
    if (name === 'help') return;
    expect(text).toMatch(new RegExp(`^Usage: lockstep ${name}\\b`));
    expect(text).toContain(COMMANDS[name].description);
    const flags = [...text.matchAll(/^ {2,4}(--[a-z-]+)/gm)].map((match) => match[1]);
    const own = Object.keys(OTHER_FLAGS).filter((flag) => flagRow(flag)!.commands.includes(name));
    const fields = name === 'train' ? CONFIG_KEYS.map(flagOf) : [];
    expect(flags.toSorted()).toEqual([...own, ...fields].toSorted());
  });

  test('has no heading without flags and no flag without a heading', () => {
    if (name === 'help') return;
    const lines = text.slice(text.indexOf('\nFlags:')).split('\n');
    const indented = lines.filter((line) => line.startsWith('  '));
    const isHeading = (line: string): boolean => /^ {2}[A-Z]/.test(line);
    const headings = indented.filter(isHeading);
    for (const heading of headings) expect(lines[lines.indexOf(heading) + 1]).toMatch(/^ {4}--/);
    if (headings.length > 0) expect(isHeading(indented[0]!)).toBe(true);
  });
});

test('the overview fits 80 columns and has every command, exit code and no flag of theirs', () => {
  const text = formatHelp();
  expect(text.split('\n').filter((line) => line.length > 80)).toEqual([]);
  for (const name of NAMES) expect(text).toMatch(new RegExp(`^  ${name} +\\S`, 'm'));
  expect(text).toMatch(new RegExp(`^  ${Object.values(ENDING_SIGNALS).join(', ')} `, 'm'));
  expect(text).not.toContain('--seed');
});

describe('definitions', () => {
  test('stand in two columns, and go on below themselves', () => {
    const meaning = 'word '.repeat(20).trim();
    expect(
      formatDefinitions([
        ['--a', meaning],
        ['--longer', 'short'],
      ]).split('\n'),
    ).toEqual([
      `  --a       ${'word '.repeat(13).trim()}`,
      '            word word word word word word word',
      '  --longer  short',
    ]);
  });

  test('begin below a term that is too long', () => {
    const term = '--a-flag-with-many-choices one|two|three';
    expect(formatDefinitions([[term, 'meaning']], 4).split('\n')).toEqual([
      `    ${term}`,
      `${' '.repeat(30)}meaning`,
    ]);
  });
});

test.each(NAMES)('the help of %s tells of itself', (name) => {
  if (name !== 'help') expect(formatHelp(name)).toContain('--help');
});
