/** Drawings in the two kinds of shapes that a device paints fast: triangles and straight lines. */
import type { Color, Drawing, Point, Shape, TextShape } from '../environments/drawing';
import { LETTER_ROWS, textSquares } from './glyphs';
import { triangulate } from './triangulate';

/** What a renderer must be able to paint, in the units of the world; later shapes cover earlier. */
export interface Painter {
  /** A straight line with round ends; a disc where both points are the same. */
  line(from: Point, to: Point, radius: number, color: Color): void;
  /** A filled triangle, in any direction. */
  triangle(a: Point, b: Point, c: Point, color: Color): void;
}

/**
 * Paints a drawing as triangles and lines with round ends, in the order of its shapes. Letters are
 * made of squares.
 */
export function paintDrawing({ shapes }: Drawing, painter: Painter): void {
  for (const shape of shapes) paintShape(shape, painter);
}

function paintShape(shape: Shape, painter: Painter): void {
  const { color } = shape;
  switch (shape.type) {
    case 'line':
      for (const [index, to] of shape.points.slice(1).entries()) {
        painter.line(shape.points[index]!, to, shape.width / 2, color);
      }
      return;
    case 'circle':
      painter.line(shape.center, shape.center, shape.radius, color);
      return;
    case 'polygon':
      for (const [a, b, c] of triangulate(shape.points)) painter.triangle(a, b, c, color);
      return;
    case 'text':
      paintText(shape, painter);
  }
}

function paintText(shape: TextShape, painter: Painter): void {
  const { at, height, color } = shape;
  const { squares, columns, before } = textSquares(shape);
  const unit = height / LETTER_ROWS;
  const [left, top] = [at[0] - before * columns * unit, at[1] + height];
  for (const [column, row] of squares) {
    const [x, y] = [left + column * unit, top - row * unit];
    const corner: Point = [x + unit, y - unit];
    painter.triangle([x, y], [x, y - unit], corner, color);
    painter.triangle([x, y], corner, [x + unit, y], color);
  }
}
