/** Where a polygon touches an edge of the ground: the face of least overlap, clipped. */
import {
  dot,
  type Kind,
  type Manifold,
  minus,
  normalOf,
  type Point,
  placed,
  SKIN,
} from './bodies-types';

/** The body's face is preferred to the ground's only where it is clearly better. */
const PREFERENCE = { share: 0.98, length: 0.001 };

interface Clipped {
  readonly at: Point;
  /** A number for what touches. */
  readonly id: number;
}

/** The part of a segment on the inner side of a line; of two points, or less. */
function clip(
  [a, b]: readonly [Clipped, Clipped],
  normal: Point,
  on: Point,
  idOf: (first: Clipped) => number,
): Clipped[] {
  const da = dot(normal, minus(a.at, on));
  const db = dot(normal, minus(b.at, on));
  const inside = [...(da <= 0 ? [a] : []), ...(db <= 0 ? [b] : [])];
  if (da * db >= 0) return inside;
  const part = da / (da - db);
  const at: Point = [a.at[0] + part * (b.at[0] - a.at[0]), a.at[1] + part * (b.at[1] - a.at[1])];
  return [...inside, { at, id: idOf(a) }];
}

/** The index of the largest value. */
const largest = (values: readonly number[]): number => values.indexOf(Math.max(...values));

/** The inverse of `placed`. */
function within(point: Point, body: { x: number; y: number; angle: number }): Point {
  const [x, y] = minus(point, [body.x, body.y]);
  const [c, s] = [Math.cos(body.angle), Math.sin(body.angle)];
  return [c * x + s * y, -s * x + c * y];
}

/** Undefined where they do not touch. */
export function collide(
  kind: Kind,
  body: { x: number; y: number; angle: number },
  [begin, end]: readonly [Point, Point],
): Manifold | undefined {
  const count = kind.corners.length;
  const corners = kind.corners.map((corner) => placed(corner, body));
  const next = (index: number): number => (index + 1) % count;
  const normals = corners.map((corner, index) => normalOf(corner, corners[next(index)]!));
  const rightOf = normalOf(begin, end);
  const isRight = dot(rightOf, minus([body.x, body.y], begin)) >= 0;
  const up: Point = isRight ? rightOf : [-rightOf[0], -rightOf[1]];
  // How far the body is above the edge, and the edge in front of each face of the body.
  const above = Math.min(...corners.map((corner) => dot(up, minus(corner, begin))));
  if (above > 2 * SKIN) return undefined;
  const ahead = normals.map((normal, index) =>
    Math.min(dot(normal, minus(begin, corners[index]!)), dot(normal, minus(end, corners[index]!))),
  );
  const face = largest(ahead);
  if (ahead[face]! > 2 * SKIN) return undefined;
  const onGround = ahead[face]! <= PREFERENCE.share * above + PREFERENCE.length;

  // The face that is touched, and the segment that touches it. A point is known by what touches on
  // the ground's side (ones), on the body's (tens; the other way round where the body's face is
  // touched), and whether it is an uncut end of that segment (hundreds; always for the body's).
  const opposite = largest(normals.map((normal) => -dot(up, normal)));
  const incident: readonly [Clipped, Clipped] = onGround
    ? [
        { at: corners[opposite]!, id: 100 + 10 * opposite },
        { at: corners[next(opposite)]!, id: 100 + 10 * next(opposite) },
      ]
    : [
        { at: begin, id: 100 + face },
        { at: end, id: 100 + face },
      ];
  const groundFace = isRight ? [begin, end] : [end, begin];
  const [from, to] = onGround ? groundFace : [corners[face]!, corners[next(face)]!];
  const [fromId, toId] = onGround ? (isRight ? [0, 1] : [1, 0]) : [face, next(face)];
  const normal = onGround ? up : normals[face]!;
  const side: Point = [normal[1], -normal[0]];
  const idAt = (of: number) => (first: Clipped) =>
    onGround ? of + (first.id % 100) - (first.id % 10) : 100 + 10 * of + face;
  const once = clip(incident, side, from!, idAt(fromId!));
  if (once.length < 2) return undefined;
  const back: Point = [-side[0], -side[1]];
  const twice = clip([once[0]!, once[1]!], back, to!, idAt(toId!));
  if (twice.length < 2) return undefined;
  const points = twice
    .filter(({ at }) => dot(normal, minus(at, from!)) <= 2 * SKIN)
    .map(({ at, id }) => ({ at: onGround ? within(at, body) : at, id }));
  if (points.length === 0) return undefined;
  if (onGround) return { onGround, normal, plane: from!, points };
  const own = kind.corners;
  return { onGround, normal: normalOf(own[face]!, own[next(face)]!), plane: own[face]!, points };
}
