/** The rules of MinAtar-SpaceInvaders-v1, one by one. */
import { describe, expect, test } from 'vitest';
import { SIDE } from '../reference/minatar';
import {
  type Board,
  EMPTY,
  minatarSpaceInvaders,
  type SpaceInvadersState,
  spaceInvadersWith,
  WAVE,
} from '../reference/minatar-space-invaders';
import { RecordedRng } from '../reference/minatar-vectors';
import { testRules } from './minatar-rules';

const [LEFT, RIGHT, FIRE] = [1, 2, 3];

/** The board with these places, [x, y]. */
const board = (...places: readonly (readonly [number, number])[]): Board =>
  Array.from({ length: SIDE }, (_, y) =>
    Array.from({ length: SIDE }, (_, x) => places.some(([c, r]) => c === x && r === y)),
  );
/** A row with these columns. */
const row = (y: number, ...columns: readonly number[]): [number, number][] =>
  columns.map((x) => [x, y]);
/** Aliens that are about to move. */
const moving = (alienDir: number, ...places: readonly (readonly [number, number])[]) => ({
  ...{ alienDir, alienMoveTimer: 0, alienMap: board(...places) },
});

describe('resets', () => {
  test('four rows of six aliens are on the way to the left', () => {
    const start = minatarSpaceInvaders.reset(new RecordedRng([]));
    expect(start).toEqual({
      ...{ pos: 5, shotTimer: 0, lastAction: 0 },
      ...{ fBulletMap: EMPTY, eBulletMap: EMPTY },
      alienMap: board(...[0, 1, 2, 3].flatMap((y) => row(y, 2, 3, 4, 5, 6, 7))),
      ...{ alienDir: -1, enemyMoveInterval: 12, alienMoveTimer: 12, alienShotTimer: 10 },
    });
  });
});

testRules<SpaceInvadersState>({
  id: 'MinAtar-SpaceInvaders-v1',
  twinWith: spaceInvadersWith,
  start: [],
  rules: [
    { rule: 'the cannon moves to the left', action: LEFT, after: { pos: 4 } },
    { rule: 'the cannon moves to the right', action: RIGHT, after: { pos: 6 } },
    { rule: 'the left wall stops it', before: { pos: 0 }, action: LEFT, after: { pos: 0 } },
    { rule: 'the right wall stops it', before: { pos: 9 }, action: RIGHT, after: { pos: 9 } },
    {
      rule: 'it fires, and cannot fire again for five steps',
      action: FIRE,
      after: { fBulletMap: board([5, 8]), shotTimer: 4, pos: 5 },
    },
    {
      rule: 'it does not fire before',
      before: { shotTimer: 1 },
      action: FIRE,
      after: { fBulletMap: EMPTY, shotTimer: 0 },
    },
    {
      rule: 'its bullets fly up and leave at the top',
      before: { fBulletMap: board([0, 0], [9, 5]) },
      after: { fBulletMap: board([9, 4]) },
    },
    {
      rule: 'bullets of aliens fly down and leave at the bottom',
      before: { eBulletMap: board([0, 9], [9, 5]) },
      after: { eBulletMap: board([9, 6]) },
    },
    {
      rule: 'a bullet of an alien ends the game at the cannon',
      before: { eBulletMap: board([5, 8]) },
      after: { eBulletMap: board([5, 9]) },
      terminated: true,
    },
    {
      rule: 'the cannon can still evade it',
      before: { eBulletMap: board([5, 8]) },
      action: LEFT,
      after: { pos: 4 },
    },
    {
      rule: 'aliens wait for their time',
      before: { alienMoveTimer: 1 },
      after: { alienMap: WAVE, alienMoveTimer: 0 },
    },
    {
      rule: 'aliens move to the left, then wait',
      before: moving(-1, ...row(2, 1, 2, 5)),
      after: { alienMap: board(...row(2, 0, 1, 4)), alienDir: -1, alienMoveTimer: 2 },
    },
    {
      rule: 'aliens move to the right, then wait',
      before: moving(1, ...row(2, 1, 2, 8)),
      after: { alienMap: board(...row(2, 2, 3, 9)), alienDir: 1 },
    },
    {
      rule: 'many aliens wait for the interval',
      before: { alienMoveTimer: 0, enemyMoveInterval: 9 },
      after: { alienMoveTimer: 8 },
    },
    {
      rule: 'a single one moves in every step',
      before: moving(1, [4, 2]),
      after: { alienMoveTimer: 0 },
    },
    {
      rule: 'one at the left edge makes all move down and turn',
      before: moving(-1, [0, 1], [4, 3]),
      after: { alienMap: board([0, 2], [4, 4]), alienDir: 1 },
    },
    {
      rule: 'one at the right edge makes all move down and turn',
      before: moving(1, [9, 1], [4, 3]),
      after: { alienMap: board([9, 2], [4, 4]), alienDir: -1 },
    },
    {
      rule: 'one at the edge that they leave does not',
      before: moving(1, [0, 1], [4, 3]),
      after: { alienMap: board([1, 1], [5, 3]), alienDir: 1 },
    },
    {
      rule: 'aliens in the lowest row end the game when they would move down',
      before: moving(-1, [0, 1], [3, 9]),
      after: { alienMap: board([0, 2], [3, 0]) },
      terminated: true,
    },
    {
      rule: 'an alien that comes to the cannon ends the game',
      before: moving(-1, [6, 9]),
      after: { alienMap: board([5, 9]) },
      terminated: true,
    },
    {
      rule: 'so does one that is there',
      before: { alienMap: board([5, 9], [2, 2]) },
      terminated: true,
    },
    {
      rule: 'the lowest alien above the cannon shoots, then none for ten steps',
      before: { alienShotTimer: 0, alienMap: board([5, 1], [5, 3], [4, 6]) },
      after: { eBulletMap: board([5, 3]), alienShotTimer: 9 },
    },
    {
      rule: 'where none is above it, one of the nearest column shoots',
      before: { alienShotTimer: 0, alienMap: board([1, 1], [7, 2], [9, 6]) },
      after: { eBulletMap: board([7, 2]) },
    },
    {
      rule: 'of two columns as near, the left one shoots',
      before: { alienShotTimer: 0, alienMap: board([8, 1], [2, 2]) },
      after: { eBulletMap: board([2, 2]) },
    },
    {
      rule: 'an alien shoots after it has moved',
      before: { ...moving(1, [4, 2]), alienShotTimer: 0 },
      after: { eBulletMap: board([5, 2]) },
    },
    {
      rule: 'a bullet removes an alien for a point, and itself',
      before: { fBulletMap: board([5, 4], [1, 4]), alienMap: board([5, 3], [5, 2]) },
      after: { fBulletMap: board([1, 3]), alienMap: board([5, 2]) },
      reward: 1,
    },
    {
      rule: 'several bullets may hit at once',
      before: { fBulletMap: board([5, 4], [3, 4]), alienMap: board([5, 3], [3, 3], [3, 2]) },
      after: { fBulletMap: EMPTY, alienMap: board([3, 2]) },
      reward: 2,
    },
    {
      rule: 'aliens move into bullets',
      before: { ...moving(-1, [6, 3], [8, 1]), fBulletMap: board([5, 4]) },
      after: { fBulletMap: EMPTY, alienMap: board([7, 1]) },
      reward: 1,
    },
    {
      rule: 'bullets of both sides pass each other',
      before: { fBulletMap: board([1, 6]), eBulletMap: board([1, 4]) },
      after: { fBulletMap: board([1, 5]), eBulletMap: board([1, 5]) },
    },
    {
      rule: 'after the last alien a faster wave comes, on the same way',
      before: { alienMap: board([5, 3]), fBulletMap: board([5, 4]), alienDir: 1 },
      after: { alienMap: WAVE, enemyMoveInterval: 11, alienDir: 1, alienMoveTimer: 11 },
      reward: 1,
    },
    {
      rule: 'no wave is faster than an interval of 6',
      before: { alienMap: board([5, 3]), fBulletMap: board([5, 4]), enemyMoveInterval: 6 },
      after: { alienMap: WAVE, enemyMoveInterval: 6 },
      reward: 1,
    },
  ],
});

describe('without ramping', () => {
  testRules<SpaceInvadersState>({
    id: 'MinAtar-SpaceInvaders-v1',
    twinWith: spaceInvadersWith,
    start: [],
    params: { ramping: false },
    rules: [
      {
        rule: 'waves stay as fast as the first one',
        before: { alienMap: board([5, 3]), fBulletMap: board([5, 4]) },
        after: { alienMap: WAVE, enemyMoveInterval: 12 },
        reward: 1,
      },
    ],
  });
});
