/** Shapes for drawings, made of points and angles. */
import type { CircleShape, Color, LineShape, Point, PolygonShape, TextShape } from './drawing';

/** Points of a full turn of an arc. */
const POINTS_PER_TURN = 48;
/** Length of an arrow's head, in widths of its line, but at most so much of the arrow's length. */
const HEAD_LENGTH = 4;
const HEAD_SHARE = 0.7;
/** Half the opening of a head, in radians. */
const HEAD_ANGLE = 0.55;

export function line(color: Color, width: number, ...points: readonly Point[]): LineShape {
  return { type: 'line', points, width, color };
}

export function circle(color: Color, center: Point, radius: number): CircleShape {
  return { type: 'circle', center, radius, color };
}

export function polygon(color: Color, ...points: readonly Point[]): PolygonShape {
  return { type: 'polygon', points, color };
}

export function rectangle(color: Color, [left, bottom]: Point, [right, top]: Point): PolygonShape {
  return polygon(color, [left, bottom], [right, bottom], [right, top], [left, top]);
}

/** The outline of a rectangle. */
export function frame(
  color: Color,
  width: number,
  [left, bottom]: Point,
  [right, top]: Point,
): LineShape {
  const start: Point = [left, bottom];
  return line(color, width, start, [right, bottom], [right, top], [left, top], start);
}

export function label(
  color: Color,
  at: Point,
  height: number,
  text: string,
  anchor: TextShape['anchor'] = 'left',
): TextShape {
  return { type: 'text', at, text, height, color, anchor };
}

/** The point at a distance and an angle from another; 0 is to the right, a quarter turn is up. */
export function away([x, y]: Point, distance: number, angle: number): Point {
  return [x + distance * Math.cos(angle), y + distance * Math.sin(angle)];
}

/** The points (x, f(x)) from `left` to `right`. */
export function curve(
  f: (x: number) => number,
  [left, right]: readonly [number, number],
  count: number,
): Point[] {
  return Array.from({ length: count + 1 }, (_, index) => {
    const x = left + ((right - left) * index) / count;
    return [x, f(x)] as const;
  });
}

/** The line of an arc around a center; the angles may go either way. */
export function arc(center: Point, radius: number, from: number, to: number): Point[] {
  const count = Math.max(2, Math.ceil((Math.abs(to - from) / (2 * Math.PI)) * POINTS_PER_TURN));
  return curve((part) => from + (to - from) * part, [0, 1], count).map(([, angle]) =>
    away(center, radius, angle),
  );
}

const headLength = (width: number, length: number): number =>
  Math.min(HEAD_LENGTH * width, HEAD_SHARE * length);

/** A line with a head at its last point, which points in the given direction. */
function withHead(
  { color, width, points }: Pick<LineShape, 'color' | 'width' | 'points'>,
  direction: number,
  length: number,
): LineShape[] {
  const tip = points.at(-1)!;
  const side = (turn: number): Point => away(tip, length, direction + Math.PI + turn);
  return [
    line(color, width, ...points),
    line(color, width, side(HEAD_ANGLE), tip, side(-HEAD_ANGLE)),
  ];
}

/** A straight arrow. */
export function arrow(color: Color, width: number, from: Point, to: Point): LineShape[] {
  const [dx, dy] = [to[0] - from[0], to[1] - from[1]];
  const length = headLength(width, Math.hypot(dx, dy));
  return withHead({ color, width, points: [from, to] }, Math.atan2(dy, dx), length);
}

/** An arrow along an arc around a center; the angles may go either way. */
export function turnArrow(
  color: Color,
  width: number,
  center: Point,
  { radius, from, to }: { readonly radius: number; readonly from: number; readonly to: number },
): LineShape[] {
  const length = headLength(width, radius * Math.abs(to - from));
  // The chord of the head's length, not the tangent at the tip, looks like the arrow's direction.
  const bend = length / (2 * radius);
  const direction = to + Math.sign(to - from) * (Math.PI / 2 - bend);
  return withHead({ color, width, points: arc(center, radius, from, to) }, direction, length);
}
