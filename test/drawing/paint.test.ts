/** Drawings as triangles and lines, in their order. */
import { describe, expect, test } from 'vitest';
import { type Painter, paintDrawing } from '../../src/drawing/paint';
import type { Shape } from '../../src/environments/drawing';

/** What is painted, one text for each call. */
function painted(...shapes: readonly Shape[]): string[] {
  const calls: string[] = [];
  const painter: Painter = {
    line: (from, to, radius, color) => calls.push(`line ${from} ${to} ${radius} ${color}`),
    triangle: (a, b, c, color) => calls.push(`triangle ${a} ${b} ${c} ${color}`),
  };
  paintDrawing({ view: { left: 0, right: 1, bottom: 0, top: 1 }, shapes }, painter);
  return calls;
}

test('shapes are painted in their order', () => {
  const points = [
    [0, 0],
    [1, 0],
    [1, 2],
  ] as const;
  const calls = painted(
    { type: 'polygon', points, color: 'body' },
    { type: 'line', points, width: 0.5, color: 'ink' },
    { type: 'circle', center: [3, 4], radius: 2, color: 'joint' },
  );
  expect(calls).toEqual([
    'triangle 0,0 1,0 1,2 body',
    'line 0,0 1,0 0.25 ink',
    'line 1,0 1,2 0.25 ink',
    'line 3,4 3,4 2 joint',
  ]);
});

describe('a text', () => {
  const text = (anchor: 'left' | 'middle' | 'right'): string[] =>
    painted({ type: 'text', at: [10, 1], text: '-.', height: 5, color: 'goal', anchor });

  test('is made of squares, from its lower end up', () => {
    // A dash of three squares in the middle row, then a point in the lowest one.
    expect(text('left')).toEqual([
      'triangle 10,4 10,3 11,3 goal',
      'triangle 10,4 11,3 11,4 goal',
      'triangle 11,4 11,3 12,3 goal',
      'triangle 11,4 12,3 12,4 goal',
      'triangle 12,4 12,3 13,3 goal',
      'triangle 12,4 13,3 13,4 goal',
      'triangle 15,2 15,1 16,1 goal',
      'triangle 15,2 16,1 16,2 goal',
    ]);
  });

  test('ends or has its middle where it is anchored', () => {
    // Two letters are seven columns wide.
    expect(text('right')[0]).toBe('triangle 3,4 3,3 4,3 goal');
    expect(text('middle')[0]).toBe('triangle 6.5,4 6.5,3 7.5,3 goal');
  });
});
