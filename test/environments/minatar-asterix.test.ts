/** The rules of MinAtar-Asterix-v1, one by one. */
import { describe, expect, test } from 'vitest';
import {
  type AsterixState,
  asterixWith,
  type Entity,
  minatarAsterix,
} from '../reference/minatar-asterix';
import { RecordedRng } from '../reference/minatar-vectors';
import { testRules } from './minatar-rules';

const [LEFT, UP, RIGHT, DOWN] = [1, 2, 3, 4];

const enemy = (x: number, toTheRight = true): Entity => ({ x, toTheRight, isGold: false });
const gold = (x: number, toTheRight = true): Entity => ({ x, toTheRight, isGold: true });
/** Entities by their rows, 1 … 8. */
const rows = (some: Readonly<Record<number, Entity>>): (Entity | null)[] =>
  Array.from({ length: 8 }, (_, i) => some[i + 1] ?? null);
const all = Array.from({ length: 8 }, () => enemy(2));

describe('resets', () => {
  test('the player is alone in the middle', () => {
    expect(minatarAsterix.reset(new RecordedRng([]))).toEqual({
      ...{ playerX: 5, playerY: 5, entities: rows({}), lastAction: 0 },
      ...{ spawnSpeed: 10, spawnTimer: 10, moveSpeed: 5, moveTimer: 5 },
      ...{ rampTimer: 100, rampIndex: 0 },
    });
  });
});

testRules<AsterixState>({
  id: 'MinAtar-Asterix-v1',
  twinWith: asterixWith,
  start: [],
  rules: [
    { rule: 'it moves to the left', action: LEFT, after: { playerX: 4, playerY: 5 } },
    { rule: 'it moves up', action: UP, after: { playerX: 5, playerY: 4 } },
    { rule: 'it moves to the right', action: RIGHT, after: { playerX: 6, playerY: 5 } },
    { rule: 'it moves down', action: DOWN, after: { playerX: 5, playerY: 6 } },
    {
      rule: 'column 0 is the last one',
      before: { playerX: 0 },
      action: LEFT,
      after: { playerX: 0 },
    },
    {
      rule: 'column 9 is the last one',
      before: { playerX: 9 },
      action: RIGHT,
      after: { playerX: 9 },
    },
    { rule: 'row 1 is the last one', before: { playerY: 1 }, action: UP, after: { playerY: 1 } },
    { rule: 'row 8 is the last one', before: { playerY: 8 }, action: DOWN, after: { playerY: 8 } },
    {
      rule: 'an enemy comes from the left into one of the free rows',
      before: { spawnTimer: 0, entities: rows({ 1: enemy(4), 3: enemy(4) }) },
      // Free are rows 2, 4, 5, 6, 7 and 8.
      draws: [0.49, 0.34, 0.4],
      after: { entities: rows({ 1: enemy(4), 3: enemy(4), 5: enemy(0) }), spawnTimer: 9 },
    },
    {
      rule: 'gold comes from the right',
      before: { spawnTimer: 0 },
      draws: [0.51, 0.33, 0.99],
      after: { entities: rows({ 8: gold(9, false) }) },
    },
    {
      rule: 'nothing comes where all rows are taken',
      before: { spawnTimer: 0, entities: all },
      draws: [0.51, 0.33],
      after: { entities: all, spawnTimer: 9 },
    },
    {
      rule: 'nothing comes before its time',
      before: { spawnTimer: 1 },
      after: { entities: rows({}), spawnTimer: 0 },
    },
    {
      rule: 'entities move every five steps',
      before: { moveTimer: 0, entities: rows({ 1: enemy(4), 2: gold(4, false) }) },
      after: { entities: rows({ 1: enemy(5), 2: gold(3, false) }), moveTimer: 4 },
    },
    {
      rule: 'between them they wait',
      before: { moveTimer: 1, entities: rows({ 1: enemy(4) }) },
      after: { entities: rows({ 1: enemy(4) }), moveTimer: 0 },
    },
    {
      rule: 'entities leave at the edges',
      before: { moveTimer: 0, entities: rows({ 1: enemy(9), 2: enemy(0, false), 3: enemy(0) }) },
      after: { entities: rows({ 3: enemy(1) }) },
    },
    {
      rule: 'gold at the player is a point',
      before: { entities: rows({ 5: gold(4), 4: gold(4) }) },
      action: LEFT,
      after: { entities: rows({ 4: gold(4) }) },
      reward: 1,
    },
    {
      rule: 'gold comes to the player, too',
      before: { moveTimer: 0, entities: rows({ 5: gold(6, false) }) },
      after: { entities: rows({}) },
      reward: 1,
    },
    {
      rule: 'an enemy at the player ends the game',
      before: { entities: rows({ 5: enemy(6, false) }) },
      action: RIGHT,
      terminated: true,
    },
    {
      rule: 'an enemy comes to the player, too',
      before: { moveTimer: 0, entities: rows({ 5: enemy(4) }) },
      terminated: true,
    },
    {
      rule: 'one that the player has moved to is met before it moves on',
      before: { moveTimer: 0, entities: rows({ 5: enemy(4, false) }) },
      action: LEFT,
      after: { entities: rows({ 5: enemy(3, false) }) },
      terminated: true,
    },
    {
      rule: 'an enemy of another row does nothing',
      before: { entities: rows({ 4: enemy(5), 6: enemy(5) }) },
    },
    {
      rule: 'the ramp waits for its time',
      before: { rampTimer: 0 },
      after: { rampTimer: -1, rampIndex: 0, spawnSpeed: 10, moveSpeed: 5 },
    },
    {
      rule: 'then more comes',
      before: { rampTimer: -1 },
      after: { rampTimer: 100, rampIndex: 1, spawnSpeed: 9, moveSpeed: 5 },
    },
    {
      rule: 'and every second time it is faster, too',
      before: { rampTimer: -1, rampIndex: 1, spawnSpeed: 9 },
      after: { rampTimer: 100, rampIndex: 2, spawnSpeed: 8, moveSpeed: 4 },
    },
    {
      rule: 'not at the third time',
      before: { rampTimer: -1, rampIndex: 2, spawnSpeed: 8, moveSpeed: 4 },
      after: { rampIndex: 3, spawnSpeed: 7, moveSpeed: 4 },
    },
    {
      rule: 'but at the fourth',
      before: { rampTimer: -1, rampIndex: 3, spawnSpeed: 7, moveSpeed: 4 },
      after: { rampIndex: 4, spawnSpeed: 6, moveSpeed: 3 },
    },
    {
      rule: 'something comes in every step at most',
      before: { rampTimer: -1, rampIndex: 11, spawnSpeed: 1, moveSpeed: 2 },
      after: { rampIndex: 12, spawnSpeed: 1, moveSpeed: 1 },
    },
    {
      rule: 'at the end of the ramp its timer stands',
      before: { rampTimer: 7, rampIndex: 12, spawnSpeed: 1, moveSpeed: 1 },
      after: { rampTimer: 7, rampIndex: 12, spawnSpeed: 1, moveSpeed: 1 },
    },
  ],
});

describe('without ramping', () => {
  testRules<AsterixState>({
    id: 'MinAtar-Asterix-v1',
    twinWith: asterixWith,
    start: [],
    params: { ramping: false },
    rules: [
      {
        rule: 'nothing becomes more difficult',
        before: { rampTimer: -1 },
        after: { rampTimer: -1, rampIndex: 0, spawnSpeed: 10 },
      },
    ],
  });
});
