/** What planar rigid bodies are made of; lengths in m, masses in kg, times in s, angles in rad. */

export type Point = readonly [x: number, y: number];

/** What never changes about a body. */
export interface Kind {
  /** About the center of mass, counterclockwise. */
  readonly corners: readonly Point[];
  /** m, of a circle about the center of mass with all corners */
  readonly radius: number;
  readonly mass: number;
  /** kg m² about the center of mass */
  readonly inertia: number;
  /** Of the body on the ground. */
  readonly friction: number;
}

/** A revolute joint with a motor and limits. */
export interface Joint {
  /** Indices; the angle is that of the second body less that of the first. */
  readonly bodies: readonly [number, number];
  /** Of the joint about each body's center of mass. */
  readonly anchors: readonly [Point, Point];
  readonly lower: number;
  readonly upper: number;
  readonly motorSpeed: number;
  /** N m */
  readonly motorTorque: number;
}

export interface Scene {
  readonly kinds: readonly Kind[];
  readonly joints: readonly Joint[];
  /** m/s², upward */
  readonly gravity: number;
  readonly timeStep: number;
}

/** Place of the center of mass, angle, and their velocities. */
export interface Body {
  x: number;
  y: number;
  angle: number;
  vx: number;
  vy: number;
  spin: number;
}

/** Impulses of a joint in the last step: N s, and N m s for the limit and the motor. */
export interface JointImpulse {
  readonly x: number;
  readonly y: number;
  readonly limit: number;
  readonly motor: number;
}

/** One or two points where a body and an edge of the ground touch. */
export interface Manifold {
  /** Whether the touched face is that of the ground; else it is one of the body. */
  readonly onGround: boolean;
  /** Out of the face, in the frame of its owner. */
  readonly normal: Point;
  /** A point of the face, in the same frame. */
  readonly plane: Point;
  readonly points: readonly {
    /** In the frame of the other one. */
    readonly at: Point;
    /** What touches; equal in successive steps. */
    readonly id: number;
  }[];
}

/** A point of contact with its impulses in the last step, N s. */
export interface ContactPoint {
  readonly id: number;
  readonly normal: number;
  readonly tangent: number;
}

export interface Contact {
  readonly body: number;
  /** From point `edge` of the ground to the next one. */
  readonly edge: number;
  readonly manifold: Manifold;
  readonly points: readonly ContactPoint[];
}

export interface Bodies {
  readonly bodies: readonly Readonly<Body>[];
  /** In the order of the scene's joints. */
  readonly joints: readonly JointImpulse[];
  /** Those that touch. */
  readonly contacts: readonly Contact[];
  /** A chain of edges from left to right. */
  readonly ground: readonly Point[];
  /** Per body: set when a contact begins, cleared when one ends. */
  readonly grounded: readonly boolean[];
  /** Time for which no body has moved much. */
  readonly still: number;
}

/** A force at the center of mass, N and N m. */
export interface Push {
  readonly fx: number;
  readonly fy: number;
  readonly torque: number;
}

export interface MovedBodies {
  readonly state: Bodies;
  /** Per body: whether a contact has begun. */
  readonly began: readonly boolean[];
  readonly isAsleep: boolean;
}

/** The way of a body in the part of a step from `begin` to 1. */
export interface Travel {
  readonly from: Readonly<Body>;
  readonly to: Readonly<Body>;
  readonly begin: number;
}

/** Half of the distance at which bodies and ground touch, m. */
export const SKIN = 0.01;
/** Depths and angles below these are left alone: m, rad. */
export const LINEAR_SLOP = 0.005;
export const ANGULAR_SLOP = (2 / 180) * Math.PI;

export const dot = ([ax, ay]: Point, [bx, by]: Point): number => ax * bx + ay * by;

export const minus = ([ax, ay]: Point, [bx, by]: Point): Point => [ax - bx, ay - by];

/** A vector turned by an angle, counterclockwise. */
export function turned([x, y]: Point, angle: number): Point {
  const [c, s] = [Math.cos(angle), Math.sin(angle)];
  return [c * x - s * y, s * x + c * y];
}

/** A point of a body in the world. */
export function placed(point: Point, body: Readonly<Pick<Body, 'x' | 'y' | 'angle'>>): Point {
  const [x, y] = turned(point, body.angle);
  return [body.x + x, body.y + y];
}

/** Whether a body is far from an edge wherever it is between two places. */
export function isFar(
  { radius }: Kind,
  [from, to]: readonly [Readonly<Pick<Body, 'x' | 'y'>>, Readonly<Pick<Body, 'x' | 'y'>>],
  [a, b]: readonly [Point, Point],
): boolean {
  // A corner of 90 degrees may be separated by more than its faces are.
  const reach = radius + 4 * SKIN;
  return (
    Math.max(from.x, to.x) + reach < Math.min(a[0], b[0]) ||
    Math.min(from.x, to.x) - reach > Math.max(a[0], b[0]) ||
    Math.min(from.y, to.y) - reach > Math.max(a[1], b[1])
  );
}

/** To the right of the way from one point to another; of length 1. */
export function normalOf(from: Point, to: Point): Point {
  const [x, y] = minus(to, from);
  const length = Math.hypot(x, y);
  return [y / length, -x / length];
}
