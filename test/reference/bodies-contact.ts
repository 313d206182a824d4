/** Contacts as constraints: impulses along and across the normal, and corrections of depth. */
import {
  type Body,
  type Contact,
  dot,
  LINEAR_SLOP,
  minus,
  type Point,
  placed,
  type Scene,
  SKIN,
  turned,
} from './bodies-types';

/** Two points whose matrix is worse conditioned than this are treated as one. */
const WORST_CONDITION = 1000;
/** m, of one correction */
const LARGEST_CORRECTION = 0.2;

interface HeldPoint {
  /** From the center of mass. */
  readonly arm: Point;
  readonly normalMass: number;
  readonly tangentMass: number;
  normal: number;
  tangent: number;
}

/** A contact with all that its impulses need. */
export interface Held {
  readonly body: number;
  readonly inverseMass: number;
  readonly inverseInertia: number;
  readonly friction: number;
  /** Out of the ground. */
  readonly normal: Point;
  readonly points: readonly HeldPoint[];
  /** Of two points that are solved together: k11, k12, k22. */
  readonly block: readonly [number, number, number] | undefined;
}

/** Where a point touches, how far the skins are apart there, and the normal out of the ground. */
function touch(contact: Contact, body: Body, index: number) {
  const { onGround, normal, plane, points } = contact.manifold;
  const { at } = points[index]!;
  if (onGround) {
    const point = placed(at, body);
    const distance = dot(normal, minus(point, plane));
    return { point, distance, normal };
  }
  const out = turned(normal, body.angle);
  const distance = dot(out, minus(at, placed(plane, body)));
  return { point: at, distance, normal: [-out[0], -out[1]] as const };
}

const cross = ([ax, ay]: Point, [bx, by]: Point): number => ax * by - ay * bx;

function push(body: Body, held: Held, arm: Point, impulse: Point): void {
  body.vx += held.inverseMass * impulse[0];
  body.vy += held.inverseMass * impulse[1];
  body.spin += held.inverseInertia * cross(arm, impulse);
}

/** Prepares a contact; `warm`: begins with the impulses of the last step. */
export function contactConstraint(
  scene: Scene,
  bodies: Body[],
  contact: Contact,
  warm: boolean,
): Held {
  const body = bodies[contact.body]!;
  const { mass, inertia, friction } = scene.kinds[contact.body]!;
  const [inverseMass, inverseInertia] = [1 / mass, 1 / inertia];
  const touches = contact.points.map((_, index) => touch(contact, body, index));
  const { normal } = touches[0]!;
  const across: Point = [normal[1], -normal[0]];
  const points = touches.map(({ point, distance }, index): HeldPoint => {
    // In the middle of both skins, which is half the distance from the surface that `point` is on.
    const toMiddle = contact.manifold.onGround ? -distance / 2 : distance / 2;
    const middle: Point = [point[0] + toMiddle * normal[0], point[1] + toMiddle * normal[1]];
    const arm = minus(middle, [body.x, body.y]);
    const [n, t] = [cross(arm, normal), cross(arm, across)];
    const old = contact.points[index]!;
    return {
      arm,
      normalMass: 1 / (inverseMass + inverseInertia * n * n),
      tangentMass: 1 / (inverseMass + inverseInertia * t * t),
      normal: warm ? old.normal : 0,
      tangent: warm ? old.tangent : 0,
    };
  });
  const arms = points.map(({ arm }) => cross(arm, normal));
  const k = (a: number, b: number): number =>
    inverseMass + inverseInertia * (arms[a] ?? 0) * (arms[b] ?? 0);
  const matrix = [k(0, 0), k(0, 1), k(1, 1)] as const;
  const determinant = matrix[0] * matrix[2] - matrix[1] ** 2;
  const isWell = matrix[0] ** 2 < WORST_CONDITION * determinant;
  const block = points.length === 2 && isWell ? matrix : undefined;
  const kept = points.length === 2 && !isWell ? points.slice(0, 1) : points;
  const all = { inverseMass, inverseInertia, friction, normal };
  const held: Held = { body: contact.body, ...all, points: kept, block };
  for (const { arm, normal: n, tangent: t } of kept) {
    push(body, held, arm, [n * normal[0] + t * across[0], n * normal[1] + t * across[1]]);
  }
  return held;
}

/** Of a point of the body along a direction. */
const speed = (body: Body, arm: Point, direction: Point): number =>
  dot([body.vx - body.spin * arm[1], body.vy + body.spin * arm[0]], direction);

const clamp = (value: number, low: number, high: number): number =>
  Math.min(Math.max(value, low), high);

function solveFriction(body: Body, held: Held): number {
  const across: Point = [held.normal[1], -held.normal[0]];
  let most = 0;
  for (const point of held.points) {
    const limit = held.friction * point.normal;
    const wanted = point.tangent - point.tangentMass * speed(body, point.arm, across);
    const tangent = clamp(wanted, -limit, limit);
    const change = tangent - point.tangent;
    point.tangent = tangent;
    push(body, held, point.arm, [change * across[0], change * across[1]]);
    most = Math.max(most, Math.abs(change));
  }
  return most;
}

/** The impulses x, y ≥ 0 of two points with speeds ≥ 0, of which one is 0 for each point. */
function complementary(
  [k11, k12, k22]: readonly [number, number, number],
  [b1, b2]: Point,
): Point | undefined {
  const determinant = k11 * k22 - k12 * k12;
  const both: Point = [-(k22 * b1 - k12 * b2) / determinant, -(k11 * b2 - k12 * b1) / determinant];
  if (both[0] >= 0 && both[1] >= 0) return both;
  const first = -b1 / k11;
  if (first >= 0 && k12 * first + b2 >= 0) return [first, 0];
  const second = -b2 / k22;
  if (second >= 0 && k12 * second + b1 >= 0) return [0, second];
  return b1 >= 0 && b2 >= 0 ? [0, 0] : undefined;
}

/** One round: friction first, then the normal impulses. The largest change of an impulse. */
export function solveContact(body: Body, held: Held): number {
  let most = solveFriction(body, held);
  const { normal, points, block } = held;
  const speeds = points.map(({ arm }) => speed(body, arm, normal));
  const [p, q] = points as readonly [HeldPoint, HeldPoint | undefined];
  if (!block || !q) {
    const next = Math.max(p.normal - p.normalMass * speeds[0]!, 0);
    const change = next - p.normal;
    p.normal = next;
    push(body, held, p.arm, [change * normal[0], change * normal[1]]);
    return Math.max(most, Math.abs(change));
  }
  // What the speeds would be without the impulses so far.
  const free: Point = [
    speeds[0]! - block[0] * p.normal - block[1] * q.normal,
    speeds[1]! - block[1] * p.normal - block[2] * q.normal,
  ];
  const next = complementary(block, free);
  if (!next) return most;
  for (const [index, point] of [p, q].entries()) {
    const change = next[index]! - point.normal;
    point.normal = next[index]!;
    push(body, held, point.arm, [change * normal[0], change * normal[1]]);
    most = Math.max(most, Math.abs(change));
  }
  return most;
}

/** Pushes a body out of the ground, point by point; whether it was not deep. */
export function correctContact(
  scene: Scene,
  bodies: Body[],
  contact: Contact,
  { share, depth }: { readonly share: number; readonly depth: number },
): boolean {
  const body = bodies[contact.body]!;
  const { mass, inertia } = scene.kinds[contact.body]!;
  let least = 0;
  for (const index of contact.points.keys()) {
    const { point, distance, normal } = touch(contact, body, index);
    const separation = distance - 2 * SKIN;
    least = Math.min(least, separation);
    const error = clamp(share * (separation + LINEAR_SLOP), -LARGEST_CORRECTION, 0);
    const arm = cross(minus(point, [body.x, body.y]), normal);
    const impulse = -error / (1 / mass + (arm * arm) / inertia);
    body.x += (impulse * normal[0]) / mass;
    body.y += (impulse * normal[1]) / mass;
    body.angle += (impulse * arm) / inertia;
  }
  return least >= -depth;
}
