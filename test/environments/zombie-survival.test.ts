/** The rules of ZombieSurvival, one by one, on the device and by the twin. */
import { beforeAll, expect, test } from 'vitest';
import type { StateFields } from '../../src/environments/state-fields';
import { expectClose } from '../reference/expect-close';
import { Rng, STREAM } from '../reference/rng';
import { lengthOf, zombieSurvival } from '../reference/zombie-survival';
import { openTestGpu } from '../support/gpu';
import { stepOf, stepsOf } from './rule-steps';

const ID = 'ZombieSurvival-v0';
const MOST = 16;
/** m */
const HALF_SIDE = 15;
const STAY = 0;

type Place = readonly [number, number];

interface Arena {
  readonly survivor?: Place;
  readonly zombies?: readonly Place[];
  /** m per step, of all zombies */
  readonly speed?: number;
  readonly steps?: number;
}

const filled = <T>(items: readonly T[], empty: T): T[] =>
  Array.from({ length: MOST }, (_, index) => items[index] ?? empty);

function fieldsOf({ survivor = [0, 0], zombies = [[9, 9]], speed = 0.25, steps = 1 }: Arena) {
  return {
    survivor,
    zombies: filled<Place>(zombies, [0, 0]),
    speeds: filled(
      zombies.map(() => speed),
      0,
    ),
    count: zombies.length,
    steps,
  } satisfies StateFields;
}

const survivorOf = ({ survivor }: StateFields): number[] => [...(survivor as Place)];
const zombiesOf = ({ zombies, count }: StateFields): Place[] =>
  (zombies as Place[]).slice(0, count as number);

beforeAll(async () => void (await openTestGpu()));

test('one stays, or runs half a meter in one of eight directions', async () => {
  const fields = fieldsOf({});
  const cases = Array.from({ length: 9 }, (_, action) => ({ fields, action }));
  const places = (await stepsOf(ID, cases)).map((step) => survivorOf(step.fields));
  const slope = 0.5 * Math.SQRT1_2;
  const expected = [
    [0, 0],
    ...[0.5, 0, slope, slope, 0, 0.5, -slope, slope, -0.5, 0],
    ...[-slope, -slope, 0, -0.5, slope, -slope],
  ].flat();
  expectClose(places.flat(), expected, 1e-6, 1);
});

test('the walls stop whoever runs against them', async () => {
  const [right, corner] = await stepsOf(ID, [
    { fields: fieldsOf({ survivor: [14.75, 0] }), action: 1 },
    { fields: fieldsOf({ survivor: [-15, -15] }), action: 6 },
  ]);
  expect(survivorOf(right!.fields)).toEqual([15, 0]);
  expect(survivorOf(corner!.fields)).toEqual([-15, -15]);
});

test('a zombie walks its speed straight towards where one has run to', async () => {
  // From (3.5, 4) it is 5 m to (0.5, 0).
  const { fields, reward, terminated } = await stepOf(ID, fieldsOf({ zombies: [[3.5, 4]] }), 1);
  expectClose(zombiesOf(fields).flat(), [3.5 - 0.25 * 0.6, 4 - 0.25 * 0.8], 1e-6);
  expect([reward, terminated]).toEqual([1, false]);
});

test('one is caught within 0.6 m, after the zombies have walked, without a point', async () => {
  const [free, caught, any] = await stepsOf(ID, [
    { fields: fieldsOf({ zombies: [[0.9, 0]] }), action: STAY },
    { fields: fieldsOf({ zombies: [[0.8, 0]] }), action: STAY },
    {
      fields: fieldsOf({
        zombies: [
          [9, 9],
          [0, -0.8],
          [5, 5],
        ],
      }),
      action: STAY,
    },
  ]);
  expect([free!.reward, free!.terminated]).toEqual([1, false]);
  expect([caught!.reward, caught!.terminated]).toEqual([0, true]);
  expect([any!.reward, any!.terminated]).toEqual([0, true]);
});

test('no zombie walks past whoever it walks to', async () => {
  const { fields } = await stepOf(ID, fieldsOf({ zombies: [[0.1, 0]] }), STAY);
  expect(zombiesOf(fields)).toEqual([[0, 0]]);
});

test('a zombie comes to a wall every 25 steps, until there are 16', async () => {
  const others = (count: number): Place[] => Array.from({ length: count }, () => [5, 5]);
  const [before, due, full] = await stepsOf(ID, [
    { fields: fieldsOf({ steps: 23 }), action: STAY },
    { fields: fieldsOf({ steps: 24 }), action: STAY },
    { fields: fieldsOf({ steps: 24, zombies: others(MOST) }), action: STAY },
  ]);
  expect(before!.fields.count).toBe(1);
  expect(due!.fields.count).toBe(2);
  expect(Math.max(...zombiesOf(due!.fields)[1]!.map(Math.abs))).toBe(HALF_SIDE);
  const speed = (due!.fields.speeds as readonly number[])[1]!;
  expect(speed).toBeGreaterThanOrEqual(0.1);
  expect(speed).toBeLessThan(0.3);
  expect(full!.fields.count).toBe(MOST);
});

test('no zombie comes within 8 m', async () => {
  const corner: Place = [14.5, 14.5];
  const cases = Array.from({ length: 60 }, () => ({
    fields: fieldsOf({ survivor: corner, zombies: [[-5, -5]], steps: 24 }),
    action: STAY,
  }));
  const places = (await stepsOf(ID, cases)).map(({ fields }) => zombiesOf(fields)[1]!);
  const distances = places.map(([x, y]) => lengthOf([x - corner[0], y - corner[1]]));
  expect(Math.min(...distances)).toBeGreaterThanOrEqual(8);
  const onWall = places.map(([x, y]) => [x, y, -x, -y].indexOf(HALF_SIDE));
  expect(new Set(onWall)).toEqual(new Set([0, 1, 2, 3]));
});

test('one sees oneself and the nearest zombies, the nearest first', async () => {
  const zombies: Place[] = [
    [6, 0],
    [0, 4],
    [-8, 0],
  ];
  const { observation } = await stepOf(ID, fieldsOf({ survivor: [2, 0], zombies }), STAY);
  const [own, first, second, third, ...none] = Array.from({ length: 8 }, (_, index) =>
    observation.slice(2 * index, 2 * index + 2),
  );
  expectClose(own!, [2 / 15, 0], 1e-6);
  // Each of them has walked 0.25 m.
  expectClose(first!, [3.75 / 30, 0], 1e-6);
  const [x, y] = [-2, 4].map((way) => way * (1 - 0.25 / Math.sqrt(20)));
  expectClose(second!, [x! / 30, y! / 30], 1e-6);
  expectClose(third!, [-9.75 / 30, 0], 1e-6);
  expect(none).toEqual(none.map(() => [1, 1]));
});

test('an episode starts in the middle with three zombies at the walls', () => {
  const starts = Array.from({ length: 500 }, (_, n) =>
    zombieSurvival.reset(new Rng({ seed: 1, stream: STREAM.reset, domain: 0 }, 0, 0, n)),
  );
  for (const { survivor, zombies, steps } of starts) {
    expect([survivor, zombies.length, steps]).toEqual([[0, 0], 3, 0]);
  }
  const places = starts.flatMap(({ zombies }) => zombies.map(({ place }) => place));
  expect(places.every((place) => Math.max(...place.map(Math.abs)) === HALF_SIDE)).toBe(true);
});
