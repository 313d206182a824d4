/**
 * When a body on its way comes as close to an edge of the ground as the skins allow: conservative
 * advancement along separating axes (Box2D, b2TimeOfImpact).
 */
import {
  type Body,
  dot,
  isFar,
  type Kind,
  LINEAR_SLOP,
  minus,
  normalOf,
  type Point,
  placed,
  SKIN,
  type Travel,
  turned,
} from './bodies-types';

/** Distance of the bare shapes at an impact, and what it may be off by: m. */
const DISTANCE = Math.max(LINEAR_SLOP, 2 * SKIN - 3 * LINEAR_SLOP);
const TOLERANCE = 0.25 * LINEAR_SLOP;
const MOST_AXES = 20;
const MOST_CORNERS = 8;
const MOST_ROOTS = 50;

type Place = Pick<Body, 'x' | 'y' | 'angle'>;
type Edge = readonly [Point, Point];

/** On the way: 0 is its beginning, 1 its end. */
function at({ from, to }: Travel, part: number): Place {
  const between = (a: number, b: number): number => (1 - part) * a + part * b;
  return {
    x: between(from.x, to.x),
    y: between(from.y, to.y),
    angle: between(from.angle, to.angle),
  };
}

/** An axis along which the distance of a corner (or of an end of the edge) is watched. */
type Axis =
  | { readonly type: 'points' | 'ground'; readonly normal: Point; readonly on: Point }
  | { readonly type: 'body'; readonly normal: Point; readonly on: Point };

interface Nearest {
  /** Of the bare shapes, 0 where they overlap. */
  readonly distance: number;
  readonly axis: Axis;
}

/** The point of a segment nearest to another point, and whether it is no end of it. */
function nearestOn([a, b]: Edge, point: Point): { readonly at: Point; readonly isInside: boolean } {
  const way = minus(b, a);
  const part = dot(minus(point, a), way) / dot(way, way);
  if (part <= 0) return { at: a, isInside: false };
  if (part >= 1) return { at: b, isInside: false };
  return { at: [a[0] + part * way[0], a[1] + part * way[1]], isInside: true };
}

function overlaps(corners: readonly Point[], edge: Edge): boolean {
  const normal = normalOf(...edge);
  const heights = corners.map((corner) => dot(normal, minus(corner, edge[0])));
  if (Math.min(...heights) > 0 || Math.max(...heights) < 0) return false;
  return corners.every((corner, index) => {
    const out = normalOf(corner, corners[(index + 1) % corners.length]!);
    return edge.some((end) => dot(out, minus(end, corner)) <= 0);
  });
}

/** A direction, turned around where a vector points against it. */
const along = (normal: Point, vector: Point): Point =>
  dot(normal, vector) < 0 ? [-normal[0], -normal[1]] : normal;

function nearest({ corners }: Kind, place: Place, edge: Edge): Nearest {
  const placedCorners = corners.map((corner) => placed(corner, place));
  let best: Nearest = { distance: Infinity, axis: { type: 'ground', normal: [0, 1], on: edge[0] } };
  const keep = (distance: number, axisOf: () => Axis): void => {
    if (distance < best.distance) best = { distance, axis: axisOf() };
  };
  for (const corner of placedCorners) {
    const { at: foot, isInside } = nearestOn(edge, corner);
    const apart = minus(corner, foot);
    const distance = Math.hypot(...apart);
    const unit: Point = [apart[0] / distance, apart[1] / distance];
    keep(distance, () =>
      isInside
        ? { type: 'ground', normal: along(normalOf(...edge), apart), on: foot }
        : { type: 'points', normal: unit, on: foot },
    );
  }
  for (const end of edge) {
    for (const [index, corner] of placedCorners.entries()) {
      const following = (index + 1) % corners.length;
      const { at: foot, isInside } = nearestOn([corner, placedCorners[following]!], end);
      if (!isInside) continue;
      const [a, b] = [corners[index]!, corners[following]!];
      keep(Math.hypot(...minus(end, foot)), () => ({
        type: 'body',
        normal: normalOf(a, b),
        on: a,
      }));
    }
  }
  return overlaps(placedCorners, edge) ? { ...best, distance: 0 } : best;
}

/** Distances along the axis of the corners, or of the ends of the edge, at a part of the way. */
function distancesAlong(kind: Kind, place: Place, edge: Edge, axis: Axis): number[] {
  if (axis.type === 'body') {
    const normal = turned(axis.normal, place.angle);
    const on = placed(axis.on, place);
    return edge.map((end) => dot(normal, minus(end, on)));
  }
  // Along an axis between points, the end that reaches farthest counts.
  const on = axis.type === 'ground' ? [axis.on] : edge;
  const reach = Math.max(...on.map((point) => dot(axis.normal, point)));
  return kind.corners.map((corner) => dot(axis.normal, placed(corner, place)) - reach);
}

/** The part of the way between two at which a distance along the axis is `DISTANCE`. */
function root(
  f: (part: number) => number,
  [a, b]: readonly [number, number],
  [fa, fb]: readonly [number, number],
): number | undefined {
  let [low, high, atLow, atHigh] = [a, b, fa, fb];
  for (let round = 0; round < MOST_ROOTS; round++) {
    const secant = low + ((DISTANCE - atLow) * (high - low)) / (atHigh - atLow);
    const part = round % 2 === 1 ? secant : (low + high) / 2;
    const value = f(part);
    if (Math.abs(value - DISTANCE) < TOLERANCE) return part;
    if (value > DISTANCE) [low, atLow] = [part, value];
    else [high, atHigh] = [part, value];
  }
  return undefined;
}

/** The part of the way at which they touch; undefined if they do not, or cannot be told to. */
function touchTime(kind: Kind, travel: Travel, edge: Edge): number | undefined {
  let begin = 0;
  for (let round = 0; round < MOST_AXES; round++) {
    const { distance, axis } = nearest(kind, at(travel, begin), edge);
    if (distance <= 0) return undefined;
    if (distance < DISTANCE + TOLERANCE) return begin;
    let end = 1;
    for (let corner = 0; corner < MOST_CORNERS; corner++) {
      const distances = (part: number): number[] =>
        distancesAlong(kind, at(travel, part), edge, axis);
      const last = distances(end);
      const least = Math.min(...last);
      if (least > DISTANCE + TOLERANCE) return undefined;
      if (least > DISTANCE - TOLERANCE) {
        begin = end;
        break;
      }
      const index = last.indexOf(least);
      const f = (part: number): number => distances(part)[index]!;
      const first = f(begin);
      if (first < DISTANCE - TOLERANCE) return undefined;
      if (first <= DISTANCE + TOLERANCE) return begin;
      end = root(f, [begin, end], [first, least]) ?? end;
    }
  }
  return undefined;
}

export interface Impact {
  /** Part of the whole step. */
  readonly time: number;
  readonly edge: number;
  readonly place: Place;
}

/** The first of the impacts with these edges, if there is one. */
export function firstImpact(
  kind: Kind,
  travel: Travel,
  ground: readonly Point[],
  edges: readonly number[],
): Impact | undefined {
  let first: Impact | undefined;
  for (const edge of edges) {
    const ends = [ground[edge]!, ground[edge + 1]!] as const;
    if (isFar(kind, [travel.from, travel.to], ends)) continue;
    const part = touchTime(kind, travel, ends);
    if (part === undefined) continue;
    const time = travel.begin + (1 - travel.begin) * part;
    if (!first || time < first.time) first = { time, edge, place: at(travel, part) };
  }
  return first;
}
