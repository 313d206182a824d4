/** Shapes as instances: their places on the canvas and their order. */
import { expect, test } from 'vitest';
import { COLOR_NAMES, INSTANCE_WORDS, Scene } from '../../page/view/scene';
import { PALETTES } from '../../src/index';

const AREA = { left: 100, top: 10, width: 40, height: 80 };
const VIEW = { left: 0, right: 4, bottom: -1, top: 3 };

/** The words of each instance; the last one as an integer. */
function instancesOf(scene: Scene): number[][] {
  const { data, count } = scene;
  const words = new Uint32Array(data.buffer);
  return Array.from({ length: count }, (_, index) => {
    const begin = index * INSTANCE_WORDS;
    return [...data.subarray(begin, begin + 7), words[begin + 7]!];
  });
}

test('a drawing is fitted into the middle of its part of the canvas', () => {
  const scene = new Scene();
  const shapes = [
    {
      type: 'line',
      points: [
        [0, -1],
        [4, 3],
      ],
      width: 1,
      color: 'limb',
    },
    {
      type: 'polygon',
      points: [
        [0, 0],
        [1, 0],
        [0, 1],
      ],
      color: 'body',
    },
    { type: 'circle', center: [2, 1], radius: 0.001, color: 'goal' },
  ] as const;
  scene.add({ view: VIEW, shapes }, AREA);
  // 4 units in 40 pixels; 40 of 80 pixels are used, from 30 to 70.
  const color = (name: (typeof COLOR_NAMES)[number]): number => COLOR_NAMES.indexOf(name);
  expect(instancesOf(scene)).toEqual([
    [100, 70, 140, 30, 140, 30, 5, color('limb')],
    [100, 60, 110, 60, 100, 50, -1, color('body')],
    // No line is thinner than a pixel.
    [120, 50, 120, 50, 120, 50, 0.5, color('goal')],
  ]);
});

test('a scene grows, and begins anew', () => {
  const scene = new Scene();
  const shapes = [{ type: 'circle', center: [0, 0], radius: 1, color: 'ink' }] as const;
  for (let count = 0; count < 3000; count++) scene.add({ view: VIEW, shapes }, AREA);
  expect(scene.count).toBe(3000);
  const instances = instancesOf(scene);
  expect(instances[2999]).toEqual(instances[0]);
  scene.clear();
  expect(scene.count).toBe(0);
});

test('a frame goes around its part of the canvas', () => {
  const scene = new Scene();
  scene.addFrame(AREA, 'muted', 2);
  const corners = instancesOf(scene).map(([x, y]) => [x, y]);
  expect(corners).toEqual([
    [100, 10],
    [140, 10],
    [140, 90],
    [100, 90],
  ]);
  expect(instancesOf(scene).map(([, , , , , , radius]) => radius)).toEqual([1, 1, 1, 1]);
});

test('every color has its place', () => {
  expect([...COLOR_NAMES].sort()).toEqual(Object.keys(PALETTES.light.colors).sort());
});
