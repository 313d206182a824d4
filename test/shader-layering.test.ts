/** Shaders import downward only, as the rooms of src/ do. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { listFiles } from './support/list-files';

/** Bottom to top; a room imports itself and what lies below. */
const LEVELS = [
  ['lib'],
  ['kernels'],
  ['network', 'distributions', 'environments'],
  ['rollout'],
  ['advantages'],
  ['update'],
  ['trainer'],
  ['cli'],
] as const;

const levelOf = (room: string): number =>
  LEVELS.findIndex((rooms) => rooms.some((other) => other === room));

const MODULES = listFiles('shaders', '.wesl').map((path) => {
  const imports = [...readFileSync(path, 'utf8').matchAll(/\bpackage::(\w+)(?:::(\w+))?/g)];
  // What is no room is a plug-in, which the program resolves.
  const targets = imports
    .map(([, room, name]) => ({ room: room!, name }))
    .filter(({ room }) => levelOf(room) >= 0);
  return { path, room: path.split('/')[1]!, targets };
});

test('every room has its level', () => {
  expect(MODULES.length).toBeGreaterThan(80);
  expect(MODULES.filter(({ room }) => levelOf(room) < 0)).toEqual([]);
});

describe.each(MODULES)('$path', ({ room, targets }) => {
  test('imports downward only, and of a room on its own level the interface alone', () => {
    const isAllowed = (target: (typeof targets)[number]): boolean =>
      target.room === room ||
      levelOf(target.room) < levelOf(room) ||
      (levelOf(target.room) === levelOf(room) && target.name === 'interface');
    expect(targets.filter((target) => !isAllowed(target))).toEqual([]);
  });
});
