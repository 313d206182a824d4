import { readFileSync } from 'node:fs';
import { posix } from 'node:path';
import { describe, expect, test } from 'vitest';
import { listFiles } from './support/list-files';

/** Bottom to top; a room imports itself and what lies below, never a room on its own level. */
const LEVELS = [
  ['action-space', 'dispose', 'formats', 'longest-timer', 'shader-sources'],
  ['config'],
  ['gpu'],
  ['kernels'],
  ['network', 'distributions', 'environments'],
  ['rollout'],
  ['advantages'],
  ['update'],
  ['trainer'],
  ['logging', 'export', 'drawing'],
  ['browser'],
  ['index', 'node'],
  ['cli'],
] as const;

/** The first folder below src, or the name of a file that lies there itself. */
const roomOf = (path: string): string => path.split('/')[1]!.replace(/\.ts$/, '');
const levelOf = (room: string): number =>
  LEVELS.findIndex((rooms) => rooms.some((r) => r === room));

const FILES = listFiles('src', '.ts')
  .filter((path) => !path.endsWith('.d.ts'))
  .map((path) => {
    const text = readFileSync(path, 'utf8');
    const specifiers = [...text.matchAll(/\b(?:from|import)\s*\(?\s*'([^']+)'/g)].map((m) => m[1]!);
    const own = specifiers.filter((specifier) => specifier.startsWith('.'));
    const paths = own.map((specifier) => posix.join(posix.dirname(path), specifier));
    const rooms = paths.filter((target) => target.startsWith('src/')).map(roomOf);
    return { path, room: roomOf(path), text, specifiers, paths, rooms };
  });

test('every room has its level', () => {
  expect(FILES.length).toBeGreaterThan(40);
  expect(FILES.filter(({ room }) => levelOf(room) < 0)).toEqual([]);
});

describe.each(FILES)('$path', ({ path, room, text, specifiers, rooms }) => {
  test('imports downward only', () => {
    const allowed = (target: string): boolean =>
      target === room || (levelOf(target) >= 0 && levelOf(target) < levelOf(room));
    expect(rooms.filter((target) => !allowed(target))).toEqual([]);
  });

  test('keeps to its own platform and language', () => {
    if (room !== 'node' && room !== 'cli') {
      expect(specifiers.filter((name) => name.startsWith('node:') || name === 'webgpu')).toEqual(
        [],
      );
    }
    if (room === 'update') expect(rooms).not.toContain('environments');
    // What rewrites linked WGSL writes WGSL; everything else is in shaders/.
    if (!path.startsWith('src/gpu/spill/')) expect(text).not.toContain('@compute');
  });
});

/** Paths of imports, types included, that lead back to their beginning. */
function circles(files: ReadonlyMap<string, readonly string[]>): string[] {
  const found: string[] = [];
  const done = new Set<string>();
  const visit = (path: string, way: readonly string[]): void => {
    const begin = way.indexOf(path);
    if (begin !== -1) found.push([...way.slice(begin), path].join(' → '));
    if (begin !== -1 || done.has(path)) return;
    for (const next of files.get(path) ?? []) visit(next, [...way, path]);
    done.add(path);
  };
  for (const path of files.keys()) visit(path, []);
  return found;
}

/** Rooms in which types still go in circles. */
const CIRCULAR: readonly string[] = ['gpu', 'kernels', 'network'];

/** What the page may import besides itself: the entries of the package, and its packages. */
const PAGE_IMPORTS: readonly string[] = [
  'src/index',
  'src/environments/index',
  'idb-keyval',
  'uplot',
];
/** What its editor alone may import, which is loaded when somebody opens it. */
const EDITOR_IMPORTS = /^@(?:codemirror|lezer)\//;

test('the page imports nothing but itself and the entries of the package', () => {
  const files = listFiles('page', '.ts').filter((path) => !/\.d\.ts$|\/dist\//.test(path));
  expect(files.length).toBeGreaterThan(20);
  const foreign = files.flatMap((path) => {
    const text = readFileSync(path, 'utf8');
    const names = [...text.matchAll(/\bfrom '([^']+)'/g)].map(([, name]) =>
      name!.startsWith('.') ? posix.join(posix.dirname(path), name!) : name!,
    );
    const isEditor = path.startsWith('page/editor/');
    const others = names.filter((name) => !(isEditor && EDITOR_IMPORTS.test(name)));
    return others.filter((name) => !name.startsWith('page/') && !PAGE_IMPORTS.includes(name));
  });
  expect(foreign).toEqual([]);
});

test('no imports form a circle, not even imports of types', () => {
  const files = FILES.filter(({ room }) => !CIRCULAR.includes(room));
  const imports = files.map(({ path, paths }) => [path, paths.map((own) => `${own}.ts`)] as const);
  expect(circles(new Map(imports))).toEqual([]);
});
