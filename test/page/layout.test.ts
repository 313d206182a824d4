/** Places of the worlds: within the canvas, beside each other, as large as possible. */
import { describe, expect, test } from 'vitest';
import { type Area, cellAt, columnsOf, layoutOf } from '../../page/view/layout';

const VIEW = { left: -3, right: 3, bottom: 0, top: 2 };
const ASPECT = 3;

const overlap = (a: Area, b: Area): boolean =>
  a.left < b.left + b.width - 1e-9 &&
  b.left < a.left + a.width - 1e-9 &&
  a.top < b.top + b.height - 1e-9 &&
  b.top < a.top + a.height - 1e-9;

describe.each([
  [1200, 500],
  [360, 450],
  [2500, 900],
])('on %d × %d pixels', (width, height) => {
  test.each([1, 7, 64, 1000])('%d worlds and the large one do not touch', (count) => {
    const { large, cells } = layoutOf({ width, height, scale: 1 }, VIEW, count);
    expect(cells.length).toBe(count === 1 ? 0 : count);
    for (const area of [large, ...cells]) {
      expect(area.left).toBeGreaterThanOrEqual(-1e-9);
      expect(area.top).toBeGreaterThanOrEqual(-1e-9);
      expect(area.left + area.width).toBeLessThanOrEqual(width + 1e-9);
      expect(area.top + area.height).toBeLessThanOrEqual(height + 1e-9);
      expect(area.width).toBeGreaterThan(0);
    }
    expect(cells.some((cell) => overlap(cell, large))).toBe(false);
    expect(large.width / large.height).toBeCloseTo(ASPECT, 10);
    const [first, ...others] = cells;
    if (!first) return;
    expect(others.some((cell) => overlap(cell, first))).toBe(false);
    expect(large.width).toBeGreaterThan(first.width - 1);
  });

  test('a place belongs to the cell that is there', () => {
    const layout = layoutOf({ width, height, scale: 1 }, VIEW, 9);
    for (const [index, { left, top, ...cell }] of layout.cells.entries()) {
      expect(cellAt(layout, left + cell.width / 2, top + cell.height / 2)).toBe(index);
    }
    const { large } = layout;
    expect(cellAt(layout, large.left + 1, large.top + 1)).toBeUndefined();
  });
});

test('all is twice as large where a CSS pixel is two device pixels', () => {
  const { large, cells } = layoutOf({ width: 600, height: 250, scale: 1 }, VIEW, 7);
  const twice = layoutOf({ width: 1200, height: 500, scale: 2 }, VIEW, 7);
  for (const [index, area] of [large, ...cells].entries()) {
    const other = [twice.large, ...twice.cells][index]!;
    expect(other.left).toBeCloseTo(2 * area.left, 8);
    expect(other.top).toBeCloseTo(2 * area.top, 8);
    expect(other.width).toBeCloseTo(2 * area.width, 8);
  }
});

test('the columns are those of the largest cells', () => {
  const area = { left: 0, top: 0, width: 300, height: 100 };
  // Three squares in a row fill the area; a fourth needs two rows of six.
  expect(columnsOf(3, area, 1)).toBe(3);
  expect(columnsOf(4, area, 1)).toBe(4);
  expect(columnsOf(12, area, 1)).toBe(6);
  expect(columnsOf(12, area, 3)).toBe(3);
});
