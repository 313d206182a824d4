import { describe, expect, test } from 'vitest';
import { findImports } from '../../src/gpu/wesl-imports';
import { IMPORTED_GROUPS, SHADER_GROUPS, shaderGroupOf } from '../../src/shader-sources/groups';
import { loadShaders } from '../../src/shader-sources/load';

const ALL = await loadShaders();
const PATHS = Object.keys(ALL);

/** Paths of the modules that a module imports by their own names, not as plug-ins or aliases. */
function importedBy(path: string): string[] {
  const imports = findImports(ALL[path]!).map((each) => each.path.map(({ text }) => text));
  return imports
    .filter(([first]) => first === 'package')
    .map((words) => words.slice(1, -1).join('/').replaceAll('_', '-'))
    .filter((imported) => imported in ALL);
}

describe.each(SHADER_GROUPS)('the group %s', (group) => {
  const members = PATHS.filter((path) => shaderGroupOf(path) === group);

  test('has members, which import from its groups only', () => {
    expect(members.length).toBeGreaterThan(2);
    const groups = IMPORTED_GROUPS[group];
    for (const path of members) {
      const others = importedBy(path).filter((each) => !groups.includes(shaderGroupOf(each)));
      expect(others, `${path} imports`).toEqual([]);
    }
  });

  test('comes with its groups and no others', async () => {
    for (const path of members) {
      const loaded = Object.keys(await loadShaders([path]));
      const expected = PATHS.filter((each) => IMPORTED_GROUPS[group].includes(shaderGroupOf(each)));
      expect(loaded.sort()).toEqual(expected.sort());
    }
  });
});

test('what environments may import is common', () => {
  const shared = PATHS.filter((path) => /^lib\/|\/interface$/.test(path));
  expect(shared.length).toBeGreaterThan(10);
  expect(shared.filter((path) => shaderGroupOf(path) !== 'common')).toEqual([]);
});

test('shaders of several groups come together', async () => {
  const loaded = await loadShaders(['update/update-tiled', 'kernels/adam']);
  expect(loaded).toHaveProperty('update/update-tiled');
  expect(loaded).toHaveProperty('kernels/adam');
  expect(loaded).not.toHaveProperty('update/update-lane-per-neuron');
});
