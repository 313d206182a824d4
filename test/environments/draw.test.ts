/** Drawings of any environment: its own, those of the list, and bars. */
import { describe, expect, test } from 'vitest';
import { cartpole } from '../../src/environments/cartpole';
import { type EnvironmentDefinition, EnvironmentError } from '../../src/environments/definition';
import { drawState } from '../../src/environments/draw';
import type { Drawing, ShownStep } from '../../src/environments/drawing';
import { DRIFT, drift } from './drift';

const STEP: ShownStep = { observation: [2], action: [1], reward: 1 };
const DOT: Drawing = {
  view: { left: 0, right: 1, bottom: 0, top: 1 },
  shapes: [{ type: 'circle', center: [0.5, 0.5], radius: 0.1, color: 'body' }],
};

const drawnBy = (draw: unknown): Drawing =>
  drawState(drift(DRIFT, { draw: draw as NonNullable<EnvironmentDefinition['draw']> }), {}, STEP);

test("an environment's own function gets the state and the step", () => {
  const draw = (state: { readonly place: number }, step: ShownStep): Drawing => ({
    ...DOT,
    shapes: [{ type: 'circle', center: [state.place, step.reward!], radius: 1, color: 'goal' }],
  });
  const environment = drift(DRIFT, { draw });
  expect(drawState(environment, { place: 0.25 }, STEP).shapes).toMatchObject([
    { center: [0.25, 1] },
  ]);
});

test('it also gets the data tables', () => {
  const tables = { LEVELS: { type: 'u32', values: [3, 0.5, 4] } } as const;
  const draw = (_: unknown, step: ShownStep): Drawing => ({
    ...DOT,
    shapes: [
      { type: 'circle', center: [step.tables!.LEVELS!.values[1]!, 0], radius: 1, color: 'goal' },
    ],
  });
  const environment = { ...drift(DRIFT, { draw }), tables };
  expect(drawState(environment, {}, STEP).shapes).toMatchObject([{ center: [0.5, 0] }]);
});

test('a built-in environment that lost its function in a file is drawn by that of the list', () => {
  const state = { position: 1, angle: 0.1 };
  const step = { ...STEP, observation: [1, 0, 0.1, 0] };
  const { draw, ...read } = cartpole;
  expect(draw).toBeDefined();
  expect(drawState(read, state, step)).toEqual(drawState(cartpole, state, step));
  // Another environment of this name has another State.
  const other = { ...read, shader: `${read.shader}\n` };
  expect(drawState(other, state, step)).not.toEqual(drawState(cartpole, state, step));
});

describe('without a function', () => {
  const fields = [
    { name: 'place', low: -4, high: 4 },
    { name: 'speed', low: -Infinity, high: Infinity },
    { name: 'height above the ground', low: 1, high: 2 },
  ];
  const bars = (...observation: number[]): Drawing =>
    drawState({ ...drift(), observation: fields }, {}, { ...STEP, observation });
  const texts = ({ shapes }: Drawing): string[] =>
    shapes.flatMap((shape) => (shape.type === 'text' ? [shape.text] : []));
  /** Left and right end of each bar, as parts of the width that all have. */
  const ends = ({ shapes }: Drawing): number[][] => {
    const spans = shapes.flatMap((shape) =>
      shape.type === 'polygon' ? [{ ...shape, xs: shape.points.map(([x]) => x) }] : [],
    );
    const span = spans.find(({ color }) => color === 'backdrop')!.xs;
    const [left, width] = [Math.min(...span), Math.max(...span) - Math.min(...span)];
    return spans
      .filter(({ color }) => color === 'body')
      .map(({ xs }) => [Math.min(...xs), Math.max(...xs)].map((x) => (x - left) / width));
  };

  test('each observed number is a bar from zero, with its name', () => {
    const drawing = bars(2, -1, 1.25);
    expect(texts(drawing)).toEqual(['place', 'speed', 'height above the']);
    const [place, speed, height] = ends(drawing);
    // Halfway from 0 to 4; without bounds, ±1 is halfway; 0 lies to the left of 1 … 2.
    expect(place![0]).toBeCloseTo(0.5, 12);
    expect(place![1]).toBeCloseTo(0.75, 12);
    expect(speed![0]).toBeCloseTo(0.25, 12);
    expect(speed![1]).toBeCloseTo(0.5, 12);
    expect(height![0]).toBeCloseTo(0, 12);
    expect(height![1]).toBeCloseTo(0.25, 12);
  });

  test('numbers beyond their bounds, and those that are none, stay within the view', () => {
    for (const value of [1e30, -1e30, Number.NaN, Number.POSITIVE_INFINITY]) {
      for (const bar of ends(bars(value, value, value))) {
        expect(bar[0]).toBeGreaterThanOrEqual(-1e-12);
        expect(bar[1]).toBeLessThanOrEqual(1 + 1e-12);
      }
    }
  });
});

describe('what is no drawing is refused with its place', () => {
  const { view } = DOT;
  const withShape = (shape: object) => () => ({ view, shapes: [...DOT.shapes, shape] });
  test.each<[string, unknown, string]>([
    ['nothing', () => undefined, 'draw returned undefined; it must return { view, shapes: [...] }'],
    ['shapes alone', () => DOT.shapes, 'draw returned a list; it must'],
    [
      'no view',
      () => ({ shapes: [] }),
      'a view without four finite numbers left, right, bottom and top',
    ],
    ['a side of NaN', () => ({ ...DOT, view: { ...view, top: Number.NaN } }), 'a view without'],
    [
      'an empty view',
      () => ({ ...DOT, view: { ...view, left: 1 } }),
      'an empty view: left 1, right 1, bottom 0, top 1',
    ],
    [
      'a shape of no type',
      withShape({ type: 'square' }),
      'draw returned shapes[1] of an unknown type; there are line, polygon, circle, text',
    ],
    [
      'a shape named like a member of all objects',
      withShape({ type: 'constructor' }),
      'draw returned shapes[1] of an unknown type; there are line, polygon, circle, text',
    ],
    [
      'an unknown anchor',
      withShape({ type: 'text', at: [0, 0], text: 'a', height: 1, anchor: 'center', color: 'ink' }),
      'shapes[1], a text, whose anchor must be left, middle or right',
    ],
    [
      'a color of its own',
      withShape({ ...DOT.shapes[0], color: 'red' }),
      'shapes[1] with a color that is "red"; there are ink, muted, backdrop, body',
    ],
    [
      'a point that is not finite',
      withShape({
        type: 'line',
        points: [
          [0, 0],
          [0, Number.NaN],
        ],
        width: 1,
        color: 'ink',
      }),
      'shapes[1], a line, whose points must be at least two points [x, y]',
    ],
    [
      'a polygon of two points',
      withShape({
        type: 'polygon',
        points: [
          [0, 0],
          [0, 1],
        ],
        color: 'ink',
      }),
      'shapes[1], a polygon, whose points must be',
    ],
    [
      'a negative radius',
      withShape({ type: 'circle', center: [0, 0], radius: -1, color: 'ink' }),
      'shapes[1], a circle, whose radius must be a finite number from 0',
    ],
    [
      'a text that is none',
      withShape({ type: 'text', at: [0, 0], text: 5, height: 1, color: 'ink' }),
      'shapes[1], a text, whose text must be a text',
    ],
    [
      'an error of its own',
      () => {
        throw new Error('no such car');
      },
      'environment Drift-v0: draw threw: no such car',
    ],
  ])('%s', (_, draw, message) => {
    expect(() => drawnBy(draw)).toThrow(EnvironmentError);
    expect(() => drawnBy(draw)).toThrow(message);
  });

  test('a drawing is not', () => {
    expect(drawnBy(() => DOT)).toEqual(DOT);
  });
});
