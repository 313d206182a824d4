/**
 * Planar rigid bodies above a chain of edges, as Box2D 2.3 moves them (Catto, "Iterative dynamics
 * with temporal coherence", 2005): convex polygons with a skin, revolute joints with limits and
 * motors, sequential impulses with warm starting, positions corrected after the move, times of
 * impact, sleep. Bodies collide with the ground alone. The parts are bodies-collide (manifolds),
 * bodies-contact and bodies-joint (constraints) and bodies-impact (times of impact).
 */
import { collide } from './bodies-collide';
import { contactConstraint, correctContact, type Held, solveContact } from './bodies-contact';
import { firstImpact } from './bodies-impact';
import { correctJoint, type HeldJoint, jointConstraint, solveJoint } from './bodies-joint';
import type { Bodies, Body, Contact, MovedBodies, Push, Scene, Travel } from './bodies-types';
import { isFar } from './bodies-types';

const VELOCITY_ITERATIONS = 180;
const POSITION_ITERATIONS = 60;
/**
 * Rounds that change no impulse by more than this are left out, N s: all of them together would not
 * show in any number that is compared.
 */
const CONVERGED = 1e-13;
/** Of one impact. */
const IMPACT_POSITION_ITERATIONS = 20;
/** Of one contact in a step: one more than Box2D's largest number of substeps. */
const MOST_IMPACTS = 9;
/** An impact later than this part of the step is none. */
const LATEST_IMPACT = 1 - 10 * 2 ** -23;
/** Share of the error that a round corrects, and the depth that is good enough: m. */
const CORRECTION = { share: 0.2, depth: 3 * 0.005 };
const IMPACT_CORRECTION = { share: 0.75, depth: 1.5 * 0.005 };
/** m/s, rad/s and s */
const STILL_SPEED = 0.01;
const STILL_SPIN = (2 / 180) * Math.PI;
const TIME_TO_SLEEP = 0.5;

/** What one step changes. */
interface Work {
  readonly scene: Scene;
  readonly ground: Bodies['ground'];
  readonly bodies: Body[];
  contacts: Contact[];
  readonly grounded: boolean[];
  readonly began: boolean[];
}

const touches = ({ contacts }: Work, body: number, edge: number): boolean =>
  contacts.some((each) => each.body === body && each.edge === edge);

/** Looks anew for the contact of a body with an edge, and keeps the impulses of its points. */
function updateContact(work: Work, body: number, edge: number): void {
  const before = work.contacts.find((each) => each.body === body && each.edge === edge);
  const ends = [work.ground[edge]!, work.ground[edge + 1]!] as const;
  const kind = work.scene.kinds[body]!;
  const place = work.bodies[body]!;
  const manifold = isFar(kind, [place, place], ends) ? undefined : collide(kind, place, ends);
  const others = work.contacts.filter((each) => each !== before);
  if (!manifold) {
    work.contacts = others;
    if (before) work.grounded[body] = false;
    return;
  }
  const points = manifold.points.map(({ id }) => {
    const old = before?.points.find((point) => point.id === id);
    return { id, normal: old?.normal ?? 0, tangent: old?.tangent ?? 0 };
  });
  const contact = { body, edge, manifold, points };
  work.contacts = [...others, contact].sort((a, b) => a.body - b.body || b.edge - a.edge);
  if (before) return;
  work.grounded[body] = true;
  work.began[body] = true;
}

/**
 * From the last one on, as Box2D visits contacts that exist since the same step. Where a body
 * passes from one edge to another, the order decides whether it counts as grounded.
 */
const edgesOf = ({ ground }: Work): number[] => [...ground.slice(1).keys()].reverse();

/** Velocities from forces, then from joints and contacts. */
function solveVelocities(
  { scene, bodies, contacts }: Work,
  state: Bodies,
  pushes: readonly Push[],
): { readonly held: readonly Held[]; readonly joints: readonly HeldJoint[] } {
  const h = scene.timeStep;
  for (const [index, body] of bodies.entries()) {
    const { mass, inertia } = scene.kinds[index]!;
    const { fx, fy, torque } = pushes[index] ?? { fx: 0, fy: 0, torque: 0 };
    body.vx += (h * fx) / mass;
    body.vy += h * (scene.gravity + fy / mass);
    body.spin += (h * torque) / inertia;
  }
  const held = contacts.map((contact) => contactConstraint(scene, bodies, contact, true));
  const joints = scene.joints.map((joint, index) =>
    jointConstraint(scene, bodies, joint, state.joints[index]!),
  );
  for (let round = 0; round < VELOCITY_ITERATIONS; round++) {
    let change = 0;
    for (const joint of joints) change = Math.max(change, solveJoint(bodies, joint));
    for (const each of held) change = Math.max(change, solveContact(bodies[each.body]!, each));
    if (change < CONVERGED) break;
  }
  return { held, joints };
}

/** Moves a body along its velocity for some seconds. */
function move(body: Body, seconds: number): void {
  body.x += seconds * body.vx;
  body.y += seconds * body.vy;
  body.angle += seconds * body.spin;
}

/** Corrects what joints and contacts are off by; whether that was little in the end. */
function solvePositions({ scene, bodies, contacts }: Work, joints: readonly HeldJoint[]): boolean {
  for (let round = 0; round < POSITION_ITERATIONS; round++) {
    const apart = contacts.map((each) => correctContact(scene, bodies, each, CORRECTION));
    const joined = joints.map((each) => correctJoint(scene, bodies, each));
    if ([...apart, ...joined].every(Boolean)) return true;
  }
  return false;
}

/** Stops a body where it would have gone through the ground, and lets it go on from there. */
function solveImpacts(work: Work, index: number, start: Body): void {
  const { scene, bodies } = work;
  const counts = edgesOf(work).map(() => 0);
  let travel: Travel = { from: start, to: bodies[index]!, begin: 0 };
  for (;;) {
    const open = edgesOf(work).filter((edge) => counts[edge]! < MOST_IMPACTS);
    const impact = firstImpact(scene.kinds[index]!, travel, work.ground, open);
    if (!impact || impact.time > LATEST_IMPACT) return;
    const { time, edge, place } = impact;
    const end = bodies[index]!;
    const body: Body = { ...end, ...place };
    bodies[index] = body;
    updateContact(work, index, edge);
    counts[edge] = counts[edge]! + 1;
    if (!touches(work, index, edge)) {
      bodies[index] = end;
      counts[edge] = MOST_IMPACTS;
      continue;
    }
    for (const other of edgesOf(work)) if (other !== edge) updateContact(work, index, other);
    const contacts = work.contacts.filter((each) => each.body === index);
    for (let round = 0; round < IMPACT_POSITION_ITERATIONS; round++) {
      const apart = contacts.map((each) => correctContact(scene, bodies, each, IMPACT_CORRECTION));
      if (apart.every(Boolean)) break;
    }
    const from = { ...body };
    const held = contacts.map((each) => contactConstraint(scene, bodies, each, false));
    for (let round = 0; round < VELOCITY_ITERATIONS; round++) {
      for (const each of held) solveContact(body, each);
    }
    move(body, (1 - time) * scene.timeStep);
    travel = { from, to: body, begin: time };
  }
}

/** Time for which every body has been slower than the limits, s. */
function stillTime({ scene, bodies }: Work, before: number): number {
  const isStill = bodies.every(
    ({ vx, vy, spin }) => vx ** 2 + vy ** 2 <= STILL_SPEED ** 2 && Math.abs(spin) <= STILL_SPIN,
  );
  return isStill ? before + scene.timeStep : 0;
}

/** One step of all bodies under forces at their centers of mass. */
export function moveBodies(scene: Scene, state: Bodies, pushes: readonly Push[]): MovedBodies {
  const work: Work = {
    scene,
    ground: state.ground,
    bodies: state.bodies.map(({ x, y, angle, vx, vy, spin }) => ({ x, y, angle, vx, vy, spin })),
    contacts: [...state.contacts],
    grounded: [...state.grounded],
    began: state.bodies.map(() => false),
  };
  for (const index of work.bodies.keys()) {
    for (const edge of edgesOf(work)) updateContact(work, index, edge);
  }
  const { held, joints } = solveVelocities(work, state, pushes);
  work.contacts = work.contacts.map((contact, index) => ({
    ...contact,
    points: contact.points.map(({ id }, at) => {
      const { normal, tangent } = held[index]!.points[at] ?? { normal: 0, tangent: 0 };
      return { id, normal, tangent };
    }),
  }));
  const starts = work.bodies.map((body) => ({ ...body }));
  for (const body of work.bodies) move(body, scene.timeStep);
  const isSettled = solvePositions(work, joints);
  const still = stillTime(work, state.still);
  // The sum of 25 steps of 0.02 s in float32 is not below half a second.
  const isAsleep = still > TIME_TO_SLEEP - scene.timeStep / 2 && isSettled;
  if (isAsleep) {
    for (const body of work.bodies) Object.assign(body, { vx: 0, vy: 0, spin: 0 });
  } else {
    for (const [index, start] of starts.entries()) solveImpacts(work, index, start);
  }
  const { bodies, contacts, grounded, began } = work;
  return {
    state: {
      bodies,
      joints: joints.map(({ impulse }) => impulse),
      contacts,
      ground: state.ground,
      grounded,
      still,
    },
    began,
    isAsleep,
  };
}
