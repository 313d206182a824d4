/** Revolute joints as constraints: the anchors meet, the motor turns, the limits hold. */
import {
  ANGULAR_SLOP,
  type Body,
  type Joint,
  type JointImpulse,
  LINEAR_SLOP,
  type Point,
  type Scene,
  turned,
} from './bodies-types';

/** rad, of one correction */
const LARGEST_CORRECTION = (8 / 180) * Math.PI;

/** A symmetric matrix from impulses at the anchor (x, y) to velocities. */
interface Matrix2 {
  readonly xx: number;
  readonly xy: number;
  readonly yy: number;
}

/** The same with turns (t). */
interface Matrix extends Matrix2 {
  readonly xt: number;
  readonly yt: number;
  readonly tt: number;
}

/** A joint with all that its impulses need. */
export interface HeldJoint {
  readonly joint: Joint;
  readonly inverseMasses: Point;
  readonly inverseInertias: Point;
  /** Of the anchor from each center of mass. */
  readonly arms: readonly [Point, Point];
  /** -1 at the lower limit, 1 at the upper one, 0 between. */
  readonly side: -1 | 0 | 1;
  /** N m s */
  readonly mostMotor: number;
  /** From impulses to velocities; and without the turn, where the limit holds. */
  readonly matrix: Matrix;
  readonly reduced: Matrix2;
  readonly impulse: { x: number; y: number; limit: number; motor: number };
}

const angleOf = (bodies: readonly Body[], { bodies: [a, b] }: Joint): number =>
  bodies[b]!.angle - bodies[a]!.angle;

function sideOf(bodies: readonly Body[], joint: Joint): -1 | 0 | 1 {
  const angle = angleOf(bodies, joint);
  if (angle <= joint.lower) return -1;
  return angle >= joint.upper ? 1 : 0;
}

function armsOf(bodies: readonly Body[], { bodies: [a, b], anchors }: Joint): [Point, Point] {
  return [turned(anchors[0], bodies[a]!.angle), turned(anchors[1], bodies[b]!.angle)];
}

/** Opposite impulses on both bodies at the anchor, and opposite turns. */
function push(bodies: Body[], held: HeldJoint, px: number, py: number, turn: number): void {
  const { joint, inverseMasses, inverseInertias, arms } = held;
  const [a, b] = [bodies[joint.bodies[0]]!, bodies[joint.bodies[1]]!];
  a.vx -= inverseMasses[0] * px;
  a.vy -= inverseMasses[0] * py;
  a.spin -= inverseInertias[0] * (arms[0][0] * py - arms[0][1] * px + turn);
  b.vx += inverseMasses[1] * px;
  b.vy += inverseMasses[1] * py;
  b.spin += inverseInertias[1] * (arms[1][0] * py - arms[1][1] * px + turn);
}

function inverses(scene: Scene, { bodies: [a, b] }: Joint): readonly [Point, Point] {
  const [first, second] = [scene.kinds[a]!, scene.kinds[b]!];
  return [
    [1 / first.mass, 1 / second.mass],
    [1 / first.inertia, 1 / second.inertia],
  ];
}

/** Prepares a joint, which begins with the impulses of the last step. */
export function jointConstraint(
  scene: Scene,
  bodies: Body[],
  joint: Joint,
  before: JointImpulse,
): HeldJoint {
  const side = sideOf(bodies, joint);
  // The limit of the other side has pushed the other way.
  const limit =
    side === 0 ? 0 : side === -1 ? Math.max(before.limit, 0) : Math.min(before.limit, 0);
  const [inverseMasses, inverseInertias] = inverses(scene, joint);
  const arms = armsOf(bodies, joint);
  const matrix = matrixOf({ inverseMasses, inverseInertias, arms });
  const held: HeldJoint = {
    joint,
    inverseMasses,
    inverseInertias,
    arms,
    matrix,
    reduced: withoutTurn(matrix),
    side,
    mostMotor: joint.motorTorque * scene.timeStep,
    impulse: { ...before, limit },
  };
  push(bodies, held, before.x, before.y, before.motor + limit);
  return held;
}

function matrixOf({
  inverseMasses,
  inverseInertias,
  arms,
}: Pick<HeldJoint, 'inverseMasses' | 'inverseInertias' | 'arms'>): Matrix {
  const mass = inverseMasses[0] + inverseMasses[1];
  const [[ax, ay], [bx, by]] = arms;
  const [ia, ib] = inverseInertias;
  return {
    xx: mass + ia * ay * ay + ib * by * by,
    xy: -ia * ax * ay - ib * bx * by,
    yy: mass + ia * ax * ax + ib * bx * bx,
    xt: -ia * ay - ib * by,
    yt: ia * ax + ib * bx,
    tt: ia + ib,
  };
}

/** The impulse that makes (x, y) of a velocity. */
function solve2({ xx, xy, yy }: Matrix2, [x, y]: Point): Point {
  const determinant = xx * yy - xy * xy;
  return [(yy * x - xy * y) / determinant, (xx * y - xy * x) / determinant];
}

/** Eliminates the turn. */
const withoutTurn = (k: Matrix): Matrix2 => ({
  xx: k.xx - (k.xt * k.xt) / k.tt,
  xy: k.xy - (k.xt * k.yt) / k.tt,
  yy: k.yy - (k.yt * k.yt) / k.tt,
});

/** The impulse that makes a velocity with its turn. */
function solve3(
  { matrix: k, reduced }: HeldJoint,
  [x, y]: Point,
  turn: number,
): [number, number, number] {
  const [px, py] = solve2(reduced, [x - (k.xt * turn) / k.tt, y - (k.yt * turn) / k.tt]);
  return [px, py, (turn - k.xt * px - k.yt * py) / k.tt];
}

/** One round: the motor, then the anchors with the limit. The largest change of an impulse. */
export function solveJoint(bodies: Body[], held: HeldJoint): number {
  const { joint, arms, side, mostMotor, impulse, inverseInertias, matrix: k } = held;
  const [a, b] = [bodies[joint.bodies[0]]!, bodies[joint.bodies[1]]!];
  const wanted =
    impulse.motor -
    (b.spin - a.spin - joint.motorSpeed) / (inverseInertias[0] + inverseInertias[1]);
  const motor = Math.min(Math.max(wanted, -mostMotor), mostMotor);
  const turn = motor - impulse.motor;
  push(bodies, held, 0, 0, turn);
  impulse.motor = motor;

  const [[ax, ay], [bx, by]] = arms;
  const apart: Point = [
    b.vx - b.spin * by - a.vx + a.spin * ay,
    b.vy + b.spin * bx - a.vy - a.spin * ax,
  ];
  let change: readonly [number, number, number];
  if (side === 0) {
    const [x, y] = solve2(k, apart);
    change = [-x, -y, 0];
  } else {
    const [x, y, t] = solve3(held, apart, b.spin - a.spin);
    const limit = impulse.limit - t;
    if (side * limit > 0) {
      // The limit would have to pull, so it lets go.
      const old = impulse.limit;
      const [px, py] = solve2(k, [-apart[0] + old * k.xt, -apart[1] + old * k.yt]);
      change = [px, py, -old];
    } else {
      change = [-x, -y, -t];
    }
  }
  impulse.x += change[0];
  impulse.y += change[1];
  impulse.limit += change[2];
  push(bodies, held, ...change);
  return Math.max(Math.abs(turn), Math.abs(change[0]), Math.abs(change[1]), Math.abs(change[2]));
}

/** Turns both bodies back to the limit; how far they are beyond it. */
function correctLimit(scene: Scene, bodies: Body[], joint: Joint, side: -1 | 0 | 1): number {
  if (side === 0) return 0;
  const beyond = side * (angleOf(bodies, joint) - (side < 0 ? joint.lower : joint.upper));
  const error = Math.min(Math.max(beyond - ANGULAR_SLOP, 0), LARGEST_CORRECTION);
  const [, [ia, ib]] = inverses(scene, joint);
  const turn = (-side * error) / (ia + ib);
  bodies[joint.bodies[0]]!.angle -= ia * turn;
  bodies[joint.bodies[1]]!.angle += ib * turn;
  return beyond;
}

/** Turns both bodies to the limit that held and moves their anchors together. */
export function correctJoint(
  scene: Scene,
  bodies: Body[],
  { joint, side }: Pick<HeldJoint, 'joint' | 'side'>,
): boolean {
  const beyond = correctLimit(scene, bodies, joint, side);
  const [a, b] = [bodies[joint.bodies[0]]!, bodies[joint.bodies[1]]!];
  const arms = armsOf(bodies, joint);
  const [[ax, ay], [bx, by]] = arms;
  const apart: Point = [b.x + bx - a.x - ax, b.y + by - a.y - ay];
  const [inverseMasses, inverseInertias] = inverses(scene, joint);
  const k = matrixOf({ inverseMasses, inverseInertias, arms });
  const [x, y] = solve2(k, apart);
  const [ma, mb] = inverseMasses;
  const [ia, ib] = inverseInertias;
  a.x += ma * x;
  a.y += ma * y;
  a.angle += ia * (ax * y - ay * x);
  b.x -= mb * x;
  b.y -= mb * y;
  b.angle -= ib * (bx * y - by * x);
  return Math.hypot(apart[0], apart[1]) <= LINEAR_SLOP && beyond <= ANGULAR_SLOP;
}
