/** The drawings of the built-in environments: by hand, and within their view for any state. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { drawState } from '../../src/environments/draw';
import type { Drawing, Point, Shape, ShownStep, View } from '../../src/environments/drawing';
import { ENVIRONMENTS, findEnvironment } from '../../src/environments/index';
import type { StateFields } from '../../src/environments/state-fields';
import { REWARD_MODEL } from '../../src/environments/token-writer-model';
import { expectClose } from '../reference/expect-close';
import { scoreOf } from '../reference/token-writer';
import { MINATAR_STATES } from './minatar-states';

const draw = (id: string, state: StateFields, ...action: number[]): Drawing => {
  const step: ShownStep = { observation: [], action, reward: 1 };
  const shown = action.length > 0 ? step : { ...step, action: undefined, reward: undefined };
  return drawState(findEnvironment(id), state, shown);
};

const of = (drawing: Drawing, color: string): Shape[] =>
  drawing.shapes.filter((shape) => shape.color === color);

const pointsOf = (shape: Shape): readonly Point[] =>
  'points' in shape ? shape.points : [shape.type === 'circle' ? shape.center : shape.at];

/** The last point of the shaft of an arrow, and the one before. */
function tipOf(drawing: Drawing): { readonly tip: Point; readonly before: Point } {
  const [shaft] = of(drawing, 'action').map(pointsOf);
  return { tip: shaft!.at(-1)!, before: shaft!.at(-2)! };
}

describe('CartPole-v1', () => {
  const id = 'CartPole-v1';

  test('the pole leans to the right by a positive angle', () => {
    const [pole] = of(draw(id, { position: 1, angle: Math.PI / 6 }), 'limb').map(pointsOf);
    const [hinge, tip] = pole!;
    expect(hinge![0]).toBe(1);
    // sin 30° = ½
    expectClose([tip![0], tip![1] - hinge![1]], [1.5, Math.sqrt(3) / 2], 1e-12);
  });

  test('the arrow shows the push, and none where nothing is done', () => {
    const state = { position: 1, angle: 0 };
    expect(tipOf(draw(id, state, 1)).tip[0]).toBeGreaterThan(1);
    expect(tipOf(draw(id, state, 0)).tip[0]).toBeLessThan(1);
    expect(of(draw(id, state), 'action')).toEqual([]);
  });

  test('the limits are at 2.4 m', () => {
    const uprights = of(draw(id, { position: 0, angle: 0 }), 'muted')
      .map(pointsOf)
      .filter(([from, to]) => from![0] === to![0]);
    expect(uprights.map(([from]) => from![0])).toEqual([-2.4, 2.4]);
  });
});

describe('Acrobot-v1', () => {
  const id = 'Acrobot-v1';
  const links = (angles: readonly [number, number]): number[] => {
    const drawing = draw(id, { angles });
    const [first] = of(drawing, 'limb').map(pointsOf);
    const [second] = of(drawing, 'body').map(pointsOf);
    expect(second![0]).toEqual(first![1]);
    return [...first!, second![1]!].flat();
  };

  test.each<[string, [number, number], number[]]>([
    ['hang down', [0, 0], [0, 0, 0, -1, 0, -2]],
    ['swing to the right', [Math.PI / 2, 0], [0, 0, 1, 0, 2, 0]],
    ['bend by the second angle', [Math.PI / 2, Math.PI / 2], [0, 0, 1, 0, 1, 1]],
    ['fold up', [Math.PI, Math.PI], [0, 0, 0, 1, 0, 0]],
  ])('the links %s', (_, angles, points) => {
    expectClose(links(angles), points, 1e-12, 1);
  });

  test('the bar to reach is 1 m above the joint', () => {
    const [bar] = of(draw(id, { angles: [0, 0] }), 'goal').map(pointsOf);
    expect(bar!.map(([, y]) => y)).toEqual([1, 1]);
  });

  test('the arrow turns about the middle joint in the sense of the torque', () => {
    // Below a hanging joint, counterclockwise is to the right.
    const { tip, before } = tipOf(draw(id, { angles: [0, 0] }, 2));
    expect(tip[0]).toBeGreaterThan(before[0]);
    const other = tipOf(draw(id, { angles: [0, 0] }, 0));
    expect(other.tip[0]).toBeLessThan(other.before[0]);
    expect(of(draw(id, { angles: [0, 0] }, 1), 'action')).toEqual([]);
  });
});

describe.each([
  ['MountainCar-v0', 0.5, [0, 1, 2]],
  ['MountainCarContinuous-v0', 0.45, [-1, 0, 1]],
] as const)('%s', (id, goal, [left, none, right]) => {
  const height = (x: number): number => 0.45 * Math.sin(3 * x) + 0.55;

  test('the flag stands on the hill where the goal is', () => {
    const poles = of(draw(id, { position: 0 }), 'ink')
      .map(pointsOf)
      .filter(([from]) => from![0] === goal);
    expectClose(poles[0]![0]!, [goal, height(goal)], 1e-12);
  });

  test('the wheels touch the ground on either side', () => {
    // At the bottom, -π/6, the ground is level.
    const position = -Math.PI / 6;
    const wheels = of(draw(id, { position }), 'joint');
    expect(wheels.length).toBe(2);
    for (const wheel of wheels) {
      if (wheel.type !== 'circle') throw new Error('a wheel is a circle');
      expect(wheel.center[1] - wheel.radius).toBeCloseTo(height(position), 10);
    }
    const [a, b] = wheels.map((wheel) => pointsOf(wheel)[0]![0]);
    expect((a! + b!) / 2).toBeCloseTo(position, 10);
  });

  test('the arrow shows the push along the slope', () => {
    const rising = { position: 0 };
    const { tip, before } = tipOf(draw(id, rising, right));
    expect(tip[0]).toBeGreaterThan(before[0]);
    // The valley rises by 1.35 at 0.
    expect((tip[1] - before[1]) / (tip[0] - before[0])).toBeCloseTo(1.35, 10);
    const back = tipOf(draw(id, rising, left));
    expect(back.tip[0]).toBeLessThan(back.before[0]);
    expect(of(draw(id, rising, none), 'action')).toEqual([]);
  });
});

describe('Pendulum-v1', () => {
  const id = 'Pendulum-v1';

  test('the rod is upright at 0 and to the left a quarter turn later', () => {
    const tips = [0, Math.PI / 2].flatMap((angle) => {
      const [rod] = of(draw(id, { angle }), 'limb').map(pointsOf);
      return rod![1]!;
    });
    expectClose(tips, [0, 1, -1, 0], 1e-12, 1);
  });

  test('the arrow turns in the sense of the torque, and is as long as it is strong', () => {
    const spanOf = (torque: number): number => {
      const [shaft] = of(draw(id, { angle: 0 }, torque), 'action').map(pointsOf);
      return shaft!.length;
    };
    // Below the axle, counterclockwise is to the right.
    const { tip, before } = tipOf(draw(id, { angle: 0 }, 0.4));
    expect(tip[0]).toBeGreaterThan(before[0]);
    const other = tipOf(draw(id, { angle: 0 }, -0.4));
    expect(other.tip[0]).toBeLessThan(other.before[0]);
    expect(spanOf(2)).toBeGreaterThan(2 * spanOf(0.5));
    expect(of(draw(id, { angle: 0 }, 0), 'action')).toEqual([]);
  });
});

/** A snake on a board, with a body of cells anywhere. */
const snakeState = (size: number): fc.Arbitrary<StateFields> =>
  fc
    .record({
      body: fc.shuffledSubarray([...Array(size * size).keys()], { minLength: 1 }),
      clock: fc.nat(1000),
      heading: fc.nat(3),
      food: fc.nat(size * size),
    })
    .map(({ body, clock, heading, food }) => {
      const leaves = Array.from({ length: size * size }, (_, cell) => {
        const part = body.indexOf(cell);
        return part < 0 ? 0 : clock + body.length - part;
      });
      return { leaves, clock, head: body[0]!, heading, food, length: body.length, hunger: 0 };
    });

describe('Snake-v0', () => {
  const id = 'Snake-v0';
  // Column 4 of rows 4 to 2, seen after a move upwards.
  const leaves = Array.from({ length: 100 }, (_, cell) => ({ 44: 3, 34: 2, 24: 1 })[cell] ?? 0);
  const state = { leaves, clock: 0, head: 44, heading: 0, food: 59, length: 3, hunger: 0 };

  test('the body leads from the tail to the head, and the food lies in its cell', () => {
    const [body] = of(draw(id, state), 'body').map(pointsOf);
    expect(body).toEqual([
      [4.5, 2.5],
      [4.5, 3.5],
      [4.5, 4.5],
    ]);
    expect(of(draw(id, state), 'goal').flatMap(pointsOf)).toEqual([[9.5, 5.5]]);
    expect(of(draw(id, { ...state, food: 100 }), 'goal')).toEqual([]);
  });

  test.each([
    ['left', 0, 0, [-1, 0]],
    ['straight on', 1, 0, [0, 1]],
    ['right', 2, 0, [1, 0]],
    ['straight on', 1, 1, [1, 0]],
    ['right', 2, 1, [0, -1]],
  ] as const)('the arrow points %s by action %i at heading %i', (_, action, heading, [x, y]) => {
    const { tip, before } = tipOf(draw(id, { ...state, heading }, action));
    const length = Math.hypot(tip[0] - before[0], tip[1] - before[1]);
    expectClose([(tip[0] - before[0]) / length, (tip[1] - before[1]) / length], [x, y], 1e-12, 1);
  });
});

describe('ConnectFour-v0', () => {
  const id = 'ConnectFour-v0';
  const EMPTY = [0, 0];
  /** Who has begun has a stone at the bottom of column 3, and the other one above it. */
  const stones = [EMPTY, EMPTY, [1, 2], EMPTY, EMPTY, EMPTY, EMPTY];
  const centers = (drawing: Drawing, color: string) => of(drawing, color).flatMap(pointsOf);

  test('who has begun has one color, whoever moves', () => {
    const drawing = draw(id, { stones });
    expect(centers(drawing, 'goal')).toEqual([[2.5, 0.5]]);
    expect(centers(drawing, 'limb')).toEqual([[2.5, 1.5]]);
    // After another stone the other one is the player to move.
    const next = stones.with(2, [2, 5]);
    expect(centers(draw(id, { stones: next }), 'goal')).toEqual([
      [2.5, 0.5],
      [2.5, 2.5],
    ]);
  });

  test('the next stone is above its column, in the color of the player to move', () => {
    const above = (drawing: Drawing, color: string) =>
      centers(drawing, color).filter(([, y]) => y > 6);
    expect(above(draw(id, { stones }, 4), 'goal')).toEqual([[4.5, 6.6]]);
    expect(above(draw(id, { stones: stones.with(2, [2, 5]) }, 4), 'limb')).toEqual([[4.5, 6.6]]);
    expect(above(draw(id, { stones }), 'goal')).toEqual([]);
  });
});

describe('2048-v0', () => {
  const id = '2048-v0';
  const tiles = [1, 11, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 17];

  test('the numbers stand in the middle of their tiles, the first one at the upper left', () => {
    const numbers = of(draw(id, { tiles }), 'ink').flatMap((shape) =>
      shape.type === 'text' ? [[shape.text, shape.at[0], Math.floor(shape.at[1])]] : [],
    );
    expect(numbers).toEqual([
      ['2', 0.5, 3],
      ['2048', 1.5, 3],
      ['131072', 3.5, 0],
    ]);
  });

  test('the arrow lies beside the board, where the tiles are moved to', () => {
    const tips = [0, 1, 2, 3].map((choice) => tipOf(draw(id, { tiles }, choice)).tip);
    expect(tips.map(([x, y]) => [Math.sign(x - 2), Math.sign(y - 2)])).toEqual([
      [0, 1],
      [1, 0],
      [0, -1],
      [-1, 0],
    ]);
    expect(tips.every(([x, y]) => Math.max(Math.abs(x - 2), Math.abs(y - 2)) > 2)).toBe(true);
  });
});

describe('ZombieSurvival-v0', () => {
  const id = 'ZombieSurvival-v0';
  const zombies = [
    [1, 2],
    [3, 4],
    [0, 0],
  ];
  const state = { survivor: [-1, -2], zombies, count: 2 };

  test('those who have come are where they are', () => {
    expect(of(draw(id, state), 'goal').flatMap(pointsOf)).toEqual([
      [1, 2],
      [3, 4],
    ]);
    expect(of(draw(id, state), 'body').flatMap(pointsOf)).toEqual([[-1, -2]]);
  });

  test('the arrow shows the run, and none where one stays', () => {
    expect(of(draw(id, state, 0), 'action')).toEqual([]);
    const tips = [1, 4, 7].map((choice) => tipOf(draw(id, state, choice)).tip);
    const signs = tips.map(([x, y]) => [x + 1, y + 2].map((way) => Math.sign(Math.round(way)) + 0));
    expect(signs).toEqual([
      [1, 0],
      [-1, 1],
      [0, -1],
    ]);
  });
});

describe('Trading-v0', () => {
  const id = 'Trading-v0';
  const prices = findEnvironment(id).tables!.PRICES!.values;
  const state = { day: 303, start: 300, cash: 400_000, shares: 60 };

  test('the line leads from 64 days before the episode to today, about its first price', () => {
    const [line] = of(draw(id, state), 'ink').map(pointsOf);
    expect(line!.map(([x]) => x)).toEqual(Array.from({ length: 68 }, (_, day) => day - 64));
    expect(line![64]).toEqual([0, 0]);
    const [x, y] = line!.at(-1)!;
    expect(x).toBe(3);
    expect(y).toBeCloseTo((40 * (prices[303]! / prices[300]! - 1)) / 0.25, 10);
  });

  test('the prices are those of the tables, not of the list', () => {
    const own = {
      ...findEnvironment(id),
      tables: { PRICES: { type: 'u32', values: [100] } },
    } as const;
    const step: ShownStep = { observation: [], action: undefined, reward: undefined };
    const [line] = of(drawState(own, state, step), 'ink').map(pointsOf);
    expect(line!.every(([, y]) => y === 0)).toBe(true);
  });

  test('the bar is filled to the part in shares, and the arrow shows what is wanted', () => {
    const filled = (shares: number, cash: number): number => {
      const [bar] = of(draw(id, { ...state, shares, cash }), 'body').filter(
        ({ type }) => type === 'polygon',
      );
      return (Math.max(...pointsOf(bar!).map(([, y]) => y)) + 40) / 80;
    };
    expect([filled(0, 5), filled(3, 0)]).toEqual([0, 1]);
    expect(filled(2, 2 * prices[303]!)).toBeCloseTo(0.5, 10);
    expect([0, 1, 2].map((choice) => tipOf(draw(id, state, choice)).tip[1])).toEqual([-40, 0, 40]);
    expect(of(draw(id, state), 'action')).toEqual([]);
  });
});

describe('TokenWriter-v0', () => {
  const id = 'TokenWriter-v0';
  const tokens = [2, 0, 7, 1, 0, 0, 0, 0];
  const texts = (drawing: Drawing): string[] =>
    drawing.shapes.flatMap((shape) => (shape.type === 'text' ? [shape.text] : []));

  test('the tokens that are written stand side by side, and the next one behind them', () => {
    expect(texts(draw(id, { tokens, written: 4 }))).toEqual(['C', 'A', 'H', 'B']);
    const drawing = draw(id, { tokens, written: 4 }, 5);
    expect(texts(drawing)).toEqual(['C', 'A', 'H', 'B', 'F']);
    const [next] = of(drawing, 'action').filter(({ type }) => type === 'text');
    expect(Math.floor(pointsOf(next!)[0]![0])).toBe(4);
  });

  test('a whole sequence has its score', () => {
    const score = scoreOf(REWARD_MODEL, tokens).toFixed(1);
    expect(texts(draw(id, { tokens, written: 8 })).at(-1)).toBe(`SCORE ${score}`);
  });
});

const real = (low: number, high: number): fc.Arbitrary<number> =>
  fc.double({ min: low, max: high, noNaN: true });

describe.each([
  ['LunarLander-v3', [2], [1], [3]],
  ['LunarLanderContinuous-v3', [1, 0], [-1, -1], [-1, 1]],
] as const)('%s', (id, main, left, right) => {
  const upright = {
    places: [
      [-0.6, 4.5, 0],
      [0, 5 + 31 / 306, 0],
      [0.6, 4.5, 0],
    ],
    ground: new Array(11).fill(0),
  };
  const flame = (...action: number[]): Point[] =>
    of(draw(id, upright, ...action), 'action').flatMap(pointsOf);
  const mean = (values: readonly number[]): number =>
    values.reduce((sum, value) => sum + value, 0) / values.length;

  test('the main engine burns below the hull, those at its sides beside it', () => {
    expect(flame()).toEqual([]);
    expect(Math.max(...flame(...main).map(([, y]) => y))).toBeCloseTo(5 - 10 / 30, 10);
    // The left engine pushes to the left, so it burns on the right.
    expect(mean(flame(...left).map(([x]) => x))).toBeGreaterThan(17 / 30);
    expect(mean(flame(...right).map(([x]) => x))).toBeLessThan(-17 / 30);
  });

  test('the flags stand at the ends of the pad', () => {
    const poles = of(draw(id, upright), 'ink').map(pointsOf);
    expect(poles.map(([foot]) => foot)).toEqual([
      [-2, 0],
      [2, 0],
    ]);
  });
});

const posture = fc.tuple(real(-12, 12), real(-5, 40), real(-20, 20));
const lander = fc.record({
  places: fc.tuple(posture, posture, posture),
  ground: fc.array(real(-3.4, 3.4), { minLength: 11, maxLength: 11 }),
});
/** In the arena of the zombies. */
const place = fc.tuple(real(-15, 15), real(-15, 15));

/** States that occur, with those just behind an ending. */
const STATES: Readonly<Record<string, fc.Arbitrary<StateFields>>> = {
  // A step beyond the limits: 3 m/s and 4 rad/s for 0.02 s.
  'CartPole-v1': fc.record({ position: real(-2.46, 2.46), angle: real(-0.29, 0.29) }),
  'Acrobot-v1': fc.record({ angles: fc.tuple(real(-3.15, 3.15), real(-3.15, 3.15)) }),
  'MountainCar-v0': fc.record({ position: real(-1.2, 0.6) }),
  'MountainCarContinuous-v0': fc.record({ position: real(-1.2, 0.6) }),
  // Full turns are counted.
  'Pendulum-v1': fc.record({ angle: real(-90, 90) }),
  // These are drawn from what is observed; see minatar-drawing.test.ts.
  ...Object.fromEntries(Object.keys(MINATAR_STATES).map((id) => [id, fc.constant({})])),
  'LunarLander-v3': lander,
  'LunarLanderContinuous-v3': lander,
  'Snake-v0': snakeState(10),
  'Snake-20x20-v0': snakeState(20),
  '2048-v0': fc.record({
    tiles: fc.array(fc.nat(17), { minLength: 16, maxLength: 16 }),
  }),
  'ZombieSurvival-v0': fc.record({
    survivor: place,
    zombies: fc.array(place, { minLength: 16, maxLength: 16 }),
    count: fc.nat(16),
  }),
  'Trading-v0': fc
    .record({ start: fc.integer({ min: 64, max: 3371 }), passed: fc.nat(128), cash: fc.nat(2e6) })
    .map(({ start, passed, cash }) => ({ start, day: start + passed, cash: cash + 1, shares: 60 })),
  'TokenWriter-v0': fc.record({
    tokens: fc.array(fc.nat(7), { minLength: 8, maxLength: 8 }),
    written: fc.integer({ min: 2, max: 8 }),
  }),
  'ConnectFour-v0': fc.record({
    stones: fc.array(fc.tuple(fc.nat(63), fc.nat(63)), { minLength: 7, maxLength: 7 }),
  }),
};

/** How far a shape reaches beyond its points. */
function reachOf(shape: Shape): number {
  if (shape.type === 'line') return shape.width / 2;
  return shape.type === 'circle' ? shape.radius : 0;
}

function isWithin(shape: Shape, { left, right, bottom, top }: View): boolean {
  const reach = reachOf(shape);
  return pointsOf(shape).every(
    ([x, y]) => x - reach >= left && x + reach <= right && y - reach >= bottom && y + reach <= top,
  );
}

test.each(ENVIRONMENTS.map((environment) => [environment.id, environment] as const))(
  'any state of %s is drawn within its view, which is always the same',
  (id, { action }) => {
    const box = action.type === 'box';
    const actions = box
      ? fc.tuple(...action.low.map((low, a) => real(low, action.high[a]!)))
      : fc.tuple(fc.nat(action.type === 'discrete' ? action.n - 1 : 0));
    const { view } = draw(id, fc.sample(STATES[id]!, 1)[0]!);
    fc.assert(
      fc.property(STATES[id]!, actions, (state, did) => {
        const drawing = draw(id, state, ...did);
        expect(drawing.view).toEqual(view);
        expect(drawing.shapes.filter((shape) => !isWithin(shape, view))).toEqual([]);
      }),
      { seed: 1, numRuns: 300 },
    );
  },
);
