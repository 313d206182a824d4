/** The states of LunarLander's twin as the members of the shader's State, and back. */
import type { StateFields } from '../../src/environments/state-fields';
import type { Bodies, Contact, Manifold } from '../reference/bodies-types';
import type { LanderState } from '../reference/lunar-lander';

const EDGES_PER_BODY = 2;
const SLOTS = 6;
const NO_POINT = 255;
const TIME_STEP = 0.02;

/** Of a slot without a contact. */
const NOTHING = { impulses: [0, 0, 0, 0], ids: [0, 0], edge: 0 };

function slotOf({ edge, points: [first, second] }: Contact): typeof NOTHING {
  return {
    impulses: [first!.normal, second?.normal ?? 0, first!.tangent, second?.tangent ?? 0],
    ids: [first!.id, second?.id ?? NO_POINT],
    edge: edge + 1,
  };
}

/** The members in their order. */
export function landerFields(state: LanderState): StateFields {
  const slots = Array.from({ length: SLOTS }, () => NOTHING);
  for (const contact of state.contacts) {
    const { body, edge } = contact;
    slots[body * EDGES_PER_BODY + (edge % EDGES_PER_BODY)] = slotOf(contact);
  }
  return {
    places: state.bodies.map(({ x, y, angle }) => [x, y, angle]),
    velocities: state.bodies.map(({ vx, vy, spin }) => [vx, vy, spin]),
    joints: state.joints.map(({ x, y, limit, motor }) => [x, y, limit, motor]),
    contact_impulses: slots.map(({ impulses }) => impulses),
    contact_ids: slots.map(({ ids }) => ids),
    contact_edges: slots.map(({ edge }) => edge),
    grounded: state.grounded.map(Number),
    still_steps: Math.round(state.still / TIME_STEP),
    wind: state.wind,
    ground: state.ground.map(([, y]) => y),
  };
}

/** Every step looks anew where bodies touch, so nothing reads this. */
const UNKNOWN: Manifold = { onGround: true, normal: [0, 1], plane: [0, 0], points: [] };

/** What the device writes. */
interface Fields {
  readonly places: readonly [number, number, number][];
  readonly velocities: readonly [number, number, number][];
  readonly joints: readonly [number, number, number, number][];
  readonly contact_impulses: readonly [number, number, number, number][];
  readonly contact_ids: readonly [number, number][];
  readonly contact_edges: readonly number[];
  readonly grounded: readonly number[];
  readonly still_steps: number;
  readonly wind: readonly [number, number];
  readonly ground: readonly number[];
}

function contactsOf({ contact_edges, contact_ids, contact_impulses }: Fields): Contact[] {
  return contact_edges.flatMap((edge, slot) => {
    if (edge === 0) return [];
    const [first, second] = contact_ids[slot]!;
    const [n1, n2, t1, t2] = contact_impulses[slot]!;
    const points = [
      { id: first, normal: n1, tangent: t1 },
      { id: second, normal: n2, tangent: t2 },
    ].filter(({ id }) => id !== NO_POINT);
    const body = Math.floor(slot / EDGES_PER_BODY);
    return [{ body, edge: edge - 1, manifold: UNKNOWN, points }];
  });
}

export function landerStateOf(members: StateFields): LanderState {
  const fields = members as unknown as Fields;
  const { places, velocities, joints, grounded, still_steps, wind, ground } = fields;
  const bodies: Bodies = {
    bodies: places.map(([x, y, angle], body) => {
      const [vx, vy, spin] = velocities[body]!;
      return { x, y, angle, vx, vy, spin };
    }),
    joints: joints.map(([x, y, limit, motor]) => ({ x, y, limit, motor })),
    contacts: contactsOf(fields),
    ground: ground.map((height, index) => [2 * index - 10, height] as const),
    grounded: grounded.map((value) => value === 1),
    still: still_steps * TIME_STEP,
  };
  return { ...bodies, wind };
}
