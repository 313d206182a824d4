/** docs/glossary.md: its words are those of the code, each defined once. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { listFiles } from '../support/list-files';

const PAGE = readFileSync('docs/glossary.md', 'utf8');
/** The code as one line of text: comments that go on in the next line read on. */
const CODE = [...listFiles('src', '.ts'), ...listFiles('shaders', '.wesl')]
  .map((path) => readFileSync(path, 'utf8').replace(/\n\s*(\/\/|\*)?\s*/g, ' '))
  .join(' ');

/** The first cells of a section's rows. */
function terms(heading: RegExp): string[] {
  const sections = PAGE.split(/^## /m).filter((section) => heading.test(section));
  const cells = sections.flatMap((section) =>
    [...section.matchAll(/^\| ([^|]+) \|/gm)].map((match) => match[1]!),
  );
  return cells.filter((term) => term !== 'word' && term !== 'letter');
}

/** `running moments` is `runningMoments` and `running_moments`, too. */
function spellings(term: string): RegExp {
  return new RegExp(`(?<![a-z])${term.split(/[ -]/).join('[-_ ]?')}`, 'i');
}

const WORDS = terms(/^(Training|Policy|Device)/);
const LETTERS = terms(/^Letters/).filter((letter) => letter !== 'd_x');

test('no term is defined twice', () => {
  expect(WORDS.length).toBeGreaterThan(60);
  expect(WORDS.filter((term, index) => WORDS.indexOf(term) !== index)).toEqual([]);
});

describe.each(WORDS)('%s', (term) => {
  test('is a word of the code', () => {
    expect(spellings(term).test(CODE)).toBe(true);
  });
});

test.each(LETTERS)('the letter %s stands in the shapes and formulas of the code', (letter) => {
  expect(new RegExp(`(?<!\\w)${letter}(?!\\w)`).test(CODE)).toBe(true);
});
