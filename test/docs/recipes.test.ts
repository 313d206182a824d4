/** docs/recipes: all code on these pages is an excerpt of the file that is named above it. */
import { readFileSync } from 'node:fs';
import { posix } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ALL_PAGES } from './pages';

const PAGES = ALL_PAGES.filter(({ path }) => path.startsWith('docs/recipes/'));
/** A fence, and the paragraph above it. */
const FENCES = /(?:^|\n)([^\n]+)\n\n```\w+\n([\s\S]*?)^```$/gm;
/** A line of an excerpt that stands for lines which are left out. */
const GAP = /^\s*(?:\/\/ )?…\n/m;

interface Excerpt {
  readonly file: string;
  readonly code: string;
}

function excerpts(path: string, text: string): Excerpt[] {
  return [...text.matchAll(FENCES)].map(([, above, code]) => {
    const link = [...above!.matchAll(/\]\(([^)]+)\)/g)].at(-1);
    return { file: posix.join(posix.dirname(path), link?.[1] ?? ''), code: code! };
  });
}

/** Whether the parts of an excerpt come in the file in their order. */
function isExcerpt({ file, code }: Excerpt): boolean {
  const text = readFileSync(file, 'utf8');
  let end = 0;
  return code.split(GAP).every((part) => {
    const begin = `\n${text}`.indexOf(`\n${part}`, end);
    end = begin + part.length;
    return begin >= 0;
  });
}

test('there is a recipe for each thing that is added often', () => {
  const names = PAGES.map(({ path }) => posix.basename(path, '.md'));
  expect(names).toEqual(
    expect.arrayContaining([
      'config-field',
      'distribution',
      'environment',
      'kernel',
      'loss-term',
      'network',
    ]),
  );
});

describe.each(PAGES)('$path', ({ path, text }) => {
  const found = excerpts(path, text);

  test('names a file above every fence', () => {
    expect(found).toHaveLength((text.match(/^```\w+$/gm) ?? []).length);
    expect(found.length).toBeGreaterThan(1);
  });

  test.each(found)('has code of $file', (excerpt) => {
    expect(isExcerpt(excerpt), excerpt.code).toBe(true);
  });
});
