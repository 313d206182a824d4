/** The rules of MinAtar-Breakout-v1, one by one. */
import { describe, expect, test } from 'vitest';
import { MINATAR_PARAMS, SIDE } from '../reference/minatar';
import { type BreakoutState, breakoutWith, minatarBreakout } from '../reference/minatar-breakout';
import { RecordedRng } from '../reference/minatar-vectors';
import { testRules } from './minatar-rules';

const [STAY, LEFT, RIGHT] = [0, 1, 2];
/** Directions of the ball. */
const [UP_LEFT, UP_RIGHT, DOWN_RIGHT, DOWN_LEFT] = [0, 1, 2, 3];

/** The board with bricks at these places, [x, y]. */
const bricks = (...places: readonly (readonly [number, number])[]): boolean[][] =>
  Array.from({ length: SIDE }, (_, y) =>
    Array.from({ length: SIDE }, (_, x) => places.some(([c, r]) => c === x && r === y)),
  );
const ALL = bricks(
  ...[1, 2, 3].flatMap((y) => Array.from({ length: SIDE }, (_, x) => [x, y] as const)),
);

const ball = (ballX: number, ballY: number, ballDir: number): Partial<BreakoutState> => ({
  ...{ ballX, ballY, ballDir },
});

describe('resets', () => {
  const resetWith = (draw: number) => minatarBreakout.reset(new RecordedRng([draw]));

  test('the ball starts at a wall, in the lowest row of bricks, on its way down', () => {
    expect(resetWith(0.49)).toMatchObject(ball(0, 3, DOWN_RIGHT));
    expect(resetWith(0.51)).toMatchObject(ball(9, 3, DOWN_LEFT));
    expect(resetWith(0.49)).toMatchObject({ lastX: 0, lastY: 3, pos: 4, brickMap: ALL });
  });
});

testRules({
  id: 'MinAtar-Breakout-v1',
  twinWith: breakoutWith,
  start: [0.2],
  rules: [
    { rule: 'the paddle stays', action: STAY, after: { pos: 4 } },
    { rule: 'the paddle moves to the left', action: LEFT, after: { pos: 3, lastAction: LEFT } },
    { rule: 'the paddle moves to the right', action: RIGHT, after: { pos: 5, lastAction: RIGHT } },
    { rule: 'the left wall stops the paddle', before: { pos: 0 }, action: LEFT, after: { pos: 0 } },
    { rule: 'the right wall stops it', before: { pos: 9 }, action: RIGHT, after: { pos: 9 } },
    ...[
      [UP_LEFT, 4, 4],
      [UP_RIGHT, 6, 4],
      [DOWN_RIGHT, 6, 6],
      [DOWN_LEFT, 4, 6],
    ].map(([way, x, y]) => ({
      rule: `the ball flies on in direction ${way} and leaves a trail`,
      before: ball(5, 5, way!),
      after: { ...ball(x!, y!, way!), lastX: 5, lastY: 5 },
    })),
    {
      rule: 'the left wall reflects the ball',
      before: ball(0, 6, DOWN_LEFT),
      after: ball(0, 7, DOWN_RIGHT),
    },
    {
      rule: 'the right wall reflects the ball',
      before: ball(9, 6, UP_RIGHT),
      after: ball(9, 5, UP_LEFT),
    },
    {
      rule: 'the ceiling reflects the ball',
      before: { ...ball(5, 0, UP_RIGHT), brickMap: bricks() },
      after: ball(6, 0, DOWN_RIGHT),
    },
    {
      rule: 'a corner of the ceiling turns the ball',
      before: { ...ball(9, 0, UP_RIGHT), brickMap: bricks() },
      after: ball(9, 0, DOWN_LEFT),
    },
    {
      rule: 'a brick breaks for one point and reflects the ball',
      before: { ...ball(5, 4, UP_RIGHT), brickMap: bricks([6, 3], [5, 2]) },
      after: { ...ball(6, 4, DOWN_RIGHT), brickMap: bricks([5, 2]), strike: true },
      reward: 1,
    },
    {
      rule: 'a brick is met from above, too',
      before: { ...ball(5, 0, DOWN_LEFT), brickMap: bricks([4, 1]) },
      after: { ...ball(4, 0, UP_LEFT), brickMap: bricks(), strike: true },
      reward: 1,
    },
    {
      rule: 'behind a wall the brick beside it is met',
      before: { ...ball(0, 4, UP_LEFT), brickMap: bricks([0, 3]) },
      after: { ...ball(0, 4, DOWN_RIGHT), brickMap: bricks(), strike: true },
      reward: 1,
    },
    {
      rule: 'right after one brick the ball passes through the next',
      before: { ...ball(5, 4, UP_LEFT), strike: true },
      after: { ...ball(4, 3, UP_LEFT), brickMap: ALL, strike: true },
    },
    {
      rule: 'once it is in free air, bricks break again',
      before: { ...ball(5, 5, UP_LEFT), strike: true },
      after: { ...ball(4, 4, UP_LEFT), strike: false },
    },
    {
      rule: 'the paddle reflects a ball right above it',
      before: { ...ball(4, 8, DOWN_RIGHT), pos: 4 },
      after: ball(5, 8, UP_RIGHT),
    },
    {
      rule: 'the paddle sends a ball that would come to it back',
      before: { ...ball(4, 8, DOWN_RIGHT), pos: 5 },
      after: ball(5, 8, UP_LEFT),
    },
    {
      rule: 'the paddle moves before the ball does',
      before: { ...ball(4, 8, DOWN_RIGHT), pos: 6 },
      action: LEFT,
      after: { ...ball(5, 8, UP_LEFT), pos: 5 },
    },
    {
      rule: 'a ball beside the paddle is lost',
      before: { ...ball(4, 8, DOWN_RIGHT), pos: 6 },
      after: ball(5, 9, DOWN_RIGHT),
      terminated: true,
    },
    {
      rule: 'new bricks come when the ball falls to the paddle and none is left',
      before: { ...ball(4, 8, DOWN_LEFT), brickMap: bricks() },
      after: { brickMap: ALL, ballY: 8 },
    },
    {
      rule: 'one brick is left, so none come',
      before: { ...ball(4, 8, DOWN_LEFT), brickMap: bricks([9, 1]) },
      after: { brickMap: bricks([9, 1]) },
    },
    {
      rule: 'none come before the ball has fallen',
      before: { ...ball(4, 5, DOWN_LEFT), brickMap: bricks() },
      after: { brickMap: bricks() },
    },
  ],
});

describe('sticky actions', () => {
  const stepWith = (draw: number, stickyProbability: number) => {
    const twin = breakoutWith({ ...MINATAR_PARAMS, stickyProbability });
    const start = { ...twin.reset(new RecordedRng([0.2])), lastAction: RIGHT };
    return twin.step(start, [LEFT], new RecordedRng([draw])).state;
  };

  test('the action before is repeated with the given probability', () => {
    expect(stepWith(0.0999, 0.1)).toMatchObject({ pos: 5, lastAction: RIGHT });
    expect(stepWith(0.1001, 0.1)).toMatchObject({ pos: 3, lastAction: LEFT });
    expect(stepWith(0, 0)).toMatchObject({ pos: 3 });
  });
});
