/** What the documentation names is in the tree: links, paths, identifiers and flags. */
import { existsSync, readFileSync } from 'node:fs';
import { posix } from 'node:path';
import { describe, expect, test } from 'vitest';
import { listFiles } from '../support/list-files';
import {
  ALL_PAGES,
  anchorsOf,
  codeSpans,
  fileOf,
  isPath,
  linksOf,
  PAGES,
  type Page,
} from './pages';

const SOURCES = ['src', 'shaders', 'page', 'test', 'bench', 'scripts', 'examples', 'configs']
  .flatMap((folder) =>
    ['.ts', '.wesl', '.mjs', '.py', '.json', '.html'].flatMap((end) => listFiles(folder, end)),
  )
  .filter((path) => !/(^|\/)(dist|node_modules)\//.test(path))
  .concat('package.json', 'tsconfig.json', 'biome.json');
const TEXT = SOURCES.map((path) => readFileSync(path, 'utf8')).join('\n');
const WORDS: ReadonlySet<string> = new Set(TEXT.match(/[A-Za-z_]\w*/g));
/** Names with hyphens: files without their extension, stages, flags. */
const NAMES: ReadonlySet<string> = new Set([
  ...(TEXT.match(/[a-z][\w]*(-\w+)+/g) ?? []),
  ...SOURCES.map((path) => posix.basename(path).replace(/\.\w+$/, '')),
]);

/** Programs of the system. */
const COMMANDS: ReadonlySet<string> = new Set(['nohup', 'screen', 'setsid', 'tmux']);

const camelCase = (flag: string): string =>
  flag.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());

/** Whether the tree has a flag: as it is, or as a config field. */
const hasFlag = (flag: string): boolean =>
  NAMES.has(flag) || WORDS.has(flag) || WORDS.has(camelCase(flag.replace(/^no-/, '')));

/** Why inline code names nothing in the tree, or undefined. */
function absence(code: string): string | undefined {
  const [, flag] = /^--([a-z][a-z0-9-]*[a-z0-9])( .*)?$/.exec(code) ?? [];
  if (flag) return hasFlag(flag) ? undefined : `no flag ${code}`;
  if (/^[a-z]\w*(-\w+)+$/.test(code)) return NAMES.has(code) ? undefined : `no name ${code}`;
  if (!/^[A-Za-z_]\w*((\.|::)\w+)*(\(\))?$/.test(code)) return undefined;
  const missing = code.match(/\w+/g)!.filter((part) => !WORDS.has(part) && !COMMANDS.has(part));
  return missing.length > 0 && !existsSync(code) ? `no identifier ${code}` : undefined;
}

/** Identifiers that a page says are in a file. */
function placements({ path, prose }: Page): { readonly file: string; readonly name: string }[] {
  const names = (text: string): string[] => [...text.matchAll(/`([^`]+)`/g)].map((m) => m[1]!);
  const resolve = (target: string): string => posix.join(posix.dirname(path), target);
  const cells = prose.matchAll(/`([^`\s]+\/[^`\s]+)`((?:,? `\w[\w.]*`)+)/g);
  const before = prose.matchAll(/`(\w[\w.]*)`\s+(?:in|of)\s+\[[^\]]*\]\(([^)#]+)\)/g);
  const behind = prose.matchAll(/\]\(([^)#]+\.\w+)\)\s\((`\w[\w.]*`(?:, `\w[\w.]*`)*)\)/g);
  return [
    ...[...cells]
      .filter(([, file]) => isPath(file!))
      .map(([, file, list]) => ({ file: fileOf(path, file!) ?? file!, list: list! })),
    ...[...before].map(([, name, file]) => ({ file: resolve(file!), list: `\`${name}\`` })),
    ...[...behind].map(([, file, list]) => ({ file: resolve(file!), list: list! })),
  ].flatMap(({ file, list }) => names(list).map((name) => ({ file, name })));
}

describe.each(ALL_PAGES)('$path', (page) => {
  test('links to files and headings that exist', () => {
    const broken = linksOf(page).filter(
      ({ target, anchor }) =>
        !existsSync(target) ||
        (anchor !== '' && !anchorsOf(readFileSync(target, 'utf8')).includes(anchor)),
    );
    expect(broken).toEqual([]);
  });
});

describe.each(PAGES)('$path', (page) => {
  test('names paths that exist', () => {
    const paths = codeSpans(page).filter(isPath);
    expect(paths.filter((path) => fileOf(page.path, path) === undefined)).toEqual([]);
  });

  test('names identifiers and flags that exist', () => {
    expect(codeSpans(page).flatMap((code) => absence(code) ?? [])).toEqual([]);
  });

  test('names identifiers in the files that have them', () => {
    const wrong = placements(page).filter(({ file, name }) => {
      const words: readonly string[] = existsSync(file)
        ? (readFileSync(file, 'utf8').match(/\w+/g) ?? [])
        : [];
      return !name.split('.').every((part) => words.includes(part));
    });
    expect(wrong).toEqual([]);
  });

  test('has lines of at most 120 columns outside of tables and code', () => {
    const long = page.text
      .split('\n')
      .filter((line) => line.length > 120 && !/^(\||\s{4})/.test(line));
    expect(long).toEqual([]);
  });
});

test('pages name enough for these checks to mean something', () => {
  expect(PAGES.length).toBeGreaterThan(10);
  expect(PAGES.flatMap(linksOf).length).toBeGreaterThan(100);
  expect(PAGES.flatMap(placements).length).toBeGreaterThan(60);
});
