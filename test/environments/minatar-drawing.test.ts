/** The drawing of the MinAtar games: cells in the colors of what is observed there. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { drawState } from '../../src/environments/draw';
import type { Drawing } from '../../src/environments/drawing';
import { findEnvironment } from '../../src/environments/index';
import { TWINS } from '../reference/environments';
import { RecordedRng } from '../reference/minatar-vectors';
import { MINATAR_STATES } from './minatar-states';

const IDS = Object.keys(MINATAR_STATES);

const draw = (id: string, observation: readonly number[]): Drawing =>
  drawState(findEnvironment(id), {}, { observation, action: [0], reward: 0 });

/** The corners of the cells of a color, lower left and upper right, rounded to whole cells. */
function cellsOf({ shapes }: Drawing, color: string): number[][] {
  return shapes.flatMap((shape) => {
    if (shape.type !== 'polygon' || shape.color !== color) return [];
    const [from, , to] = shape.points;
    return [[...from!, ...to!].map(Math.round)];
  });
}

test('Breakout has its paddle at the bottom, three rows of bricks, and a ball on its trail', () => {
  const id = 'MinAtar-Breakout-v1';
  const start = TWINS[id]!.reset(new RecordedRng([0.2]));
  const drawing = draw(id, TWINS[id]!.observe(start));
  expect(cellsOf(drawing, 'body')).toEqual([[4, 0, 5, 1]]);
  expect(cellsOf(drawing, 'goal').length).toBe(30);
  expect(cellsOf(drawing, 'goal')[0]).toEqual([0, 8, 1, 9]);
  // The ball and its trail begin in the left brick of the lowest row.
  const colors = drawing.shapes.map(({ color }) => color);
  const begin = colors.indexOf('muted', 1);
  expect(colors.slice(begin - 1, begin + 2)).toEqual(['goal', 'muted', 'ink']);
});

describe.each(IDS)('%s', (id) => {
  const { observation } = findEnvironment(id);
  const empty = observation.map(() => 0);

  test('nothing is drawn where nothing is', () => {
    expect(draw(id, empty).shapes.length).toBe(1);
  });

  test('a channel of a cell is drawn in its cell alone', () => {
    for (const [place, { name }] of observation.entries()) {
      if (name.includes('on the way')) continue;
      const [, row, column] = /^row (\d), column (\d), /.exec(name)!.map(Number);
      const [, ...cells] = draw(id, empty.with(place, 1)).shapes;
      const points = cells.flatMap((shape) => (shape.type === 'polygon' ? shape.points : []));
      expect(points.length, name).toBe(4);
      const isInside = points.every(
        ([x, y]) => Math.floor(x) === column && Math.floor(y) === 9 - row!,
      );
      expect(isInside, name).toBe(true);
    }
  });

  test('whatever is observed is drawn within the view', () => {
    const one = fc.array(fc.nat(1), { minLength: empty.length, maxLength: empty.length });
    const { view } = draw(id, empty);
    fc.assert(
      fc.property(one, (seen) => {
        const drawing = draw(id, seen);
        expect(drawing.view).toEqual(view);
        for (const shape of drawing.shapes) {
          const points = 'points' in shape ? shape.points : [];
          const isWithin = points.every(
            ([x, y]) => x > view.left && x < view.right && y > view.bottom && y < view.top,
          );
          expect(isWithin).toBe(true);
        }
      }),
      { seed: 1, numRuns: 20 },
    );
  });
});
