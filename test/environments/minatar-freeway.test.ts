/** The rules of MinAtar-Freeway-v1, one by one. */
import { describe, expect, test } from 'vitest';
import { type Car, freewayWith, minatarFreeway } from '../reference/minatar-freeway';
import { RecordedRng } from '../reference/minatar-vectors';
import { testRules } from './minatar-rules';

const [STAY, UP, DOWN] = [0, 1, 2];

/** Numbers from which eight speeds 1, 2, 3, 4, 5, 1, 2, 3 follow, the first four to the right. */
const SPEED_DRAWS = [0.1, 0.3, 0.5, 0.7, 0.9, 0, 0.2, 0.4];
const DIRECTION_DRAWS = [0.5, 0.6, 0.8, 0.9, 0.1, 0.2, 0.3, 0.49];
const SPEEDS = [1, 2, 3, 4, -5, -1, -2, -3];

/** Cars that stay where they are for long, but for those given by their rows. */
const cars = (some: Readonly<Record<number, Partial<Car>>>): Car[] =>
  Array.from({ length: 8 }, (_, i) => ({ x: 0, timer: 5, speed: 5, ...some[i + 1] }));
/** The same after a step. */
const later = (some: Readonly<Record<number, Partial<Car>>>): Car[] =>
  Array.from({ length: 8 }, (_, i) => ({ x: 0, timer: 4, speed: 5, ...some[i + 1] }));

describe('resets', () => {
  test('the chicken waits at the bottom, and cars of random speeds at the left edge', () => {
    const draws = [...SPEED_DRAWS, ...DIRECTION_DRAWS];
    expect(minatarFreeway.reset(new RecordedRng(draws))).toEqual({
      pos: 9,
      moveTimer: 3,
      terminateTimer: 2500,
      cars: SPEEDS.map((speed) => ({ x: 0, timer: Math.abs(speed), speed })),
      lastAction: 0,
    });
  });
});

testRules({
  id: 'MinAtar-Freeway-v1',
  twinWith: freewayWith,
  start: [...SPEED_DRAWS, ...DIRECTION_DRAWS],
  rules: [
    { rule: 'it moves up', before: { moveTimer: 0 }, action: UP, after: { pos: 8, moveTimer: 2 } },
    {
      rule: 'it moves down',
      before: { pos: 5, moveTimer: 0 },
      action: DOWN,
      after: { pos: 6, moveTimer: 2 },
    },
    { rule: 'it stays', before: { moveTimer: 0 }, action: STAY, after: { pos: 9, moveTimer: 0 } },
    {
      rule: 'the bottom stops it, which takes as long as a move',
      before: { moveTimer: 0 },
      action: DOWN,
      after: { pos: 9, moveTimer: 2 },
    },
    {
      rule: 'it moves only every third step',
      before: { moveTimer: 1 },
      action: UP,
      after: { pos: 9, moveTimer: 0, lastAction: UP },
    },
    {
      rule: 'the other side is a point, a new start and new speeds of cars that stay in place',
      before: { pos: 1, moveTimer: 0, cars: cars({ 3: { x: 7, timer: 0 } }) },
      action: UP,
      draws: [...SPEED_DRAWS, ...DIRECTION_DRAWS],
      after: {
        pos: 9,
        cars: SPEEDS.map((speed, i) => ({ x: i === 2 ? 7 : 0, timer: Math.abs(speed) - 1, speed })),
      },
      reward: 1,
    },
    {
      rule: 'a car waits for its timer, then moves and waits for as many steps as its speed',
      before: { cars: cars({ 1: { x: 2, timer: 0, speed: 3 }, 2: { x: 2, timer: 0, speed: -1 } }) },
      after: { cars: later({ 1: { x: 3, timer: 3, speed: 3 }, 2: { x: 1, timer: 1, speed: -1 } }) },
    },
    {
      rule: 'cars leave at one edge and come back at the other',
      before: { cars: cars({ 1: { x: 9, timer: 0 }, 2: { x: 0, timer: 0, speed: -5 } }) },
      after: { cars: later({ 1: { x: 0, timer: 5 }, 2: { x: 9, timer: 5, speed: -5 } }) },
    },
    {
      rule: 'a car that reaches the chicken sends it back to the bottom',
      before: { pos: 4, cars: cars({ 4: { x: 3, timer: 0 } }) },
      after: { pos: 9 },
    },
    {
      rule: 'so does one that it runs into',
      before: { pos: 5, moveTimer: 0, cars: cars({ 4: { x: 4 } }) },
      action: UP,
      after: { pos: 9 },
    },
    {
      rule: 'and one that leaves its cell in the same step',
      before: { pos: 4, cars: cars({ 4: { x: 4, timer: 0 } }) },
      after: { pos: 9, cars: later({ 4: { x: 5, timer: 5 } }) },
    },
    {
      rule: 'cars of other lanes and in other columns do nothing',
      before: { pos: 4, cars: cars({ 4: { x: 5 }, 5: { x: 4 }, 3: { x: 4 } }) },
      after: { pos: 4 },
    },
    { rule: 'time passes', before: { terminateTimer: 1 }, after: { terminateTimer: 0 } },
    {
      rule: 'after 2,501 steps the game ends',
      before: { terminateTimer: 0 },
      after: { terminateTimer: -1 },
      terminated: true,
    },
  ],
});
