/** States of LunarLander's twin as the words of a State on the device, and back. */
import type { Bodies, Manifold } from '../reference/bodies-types';
import type { LanderState } from '../reference/lunar-lander';

/** Words before each member of the module's State, and of the whole. */
const AT = {
  places: 0,
  velocities: 12,
  joints: 24,
  contactImpulses: 32,
  contactIds: 56,
  contactEdges: 68,
  grounded: 74,
  stillSteps: 77,
  wind: 78,
  ground: 80,
};
const EDGES_PER_BODY = 2;
const NO_POINT = 255;
const TIME_STEP = 0.02;

/** The float32 with the bits of a small whole number. */
const bits = (value: number): number => new Float32Array(new Uint32Array([value]).buffer)[0]!;
const wordOf = (value: number): number => new Uint32Array(new Float32Array([value]).buffer)[0]!;

/** The words as float32 numbers, of which those of integers are their bits. */
export function packLander(state: LanderState): number[] {
  const words = new Array<number>(AT.ground + 11).fill(0);
  const put = (at: number, ...values: number[]): void => {
    for (const [index, value] of values.entries()) words[at + index] = Math.fround(value);
  };
  for (const [index, { x, y, angle, vx, vy, spin }] of state.bodies.entries()) {
    put(AT.places + 4 * index, x, y, angle);
    put(AT.velocities + 4 * index, vx, vy, spin);
  }
  for (const [index, { x, y, limit, motor }] of state.joints.entries()) {
    put(AT.joints + 4 * index, x, y, limit, motor);
  }
  for (const { body, edge, points } of state.contacts) {
    const slot = body * EDGES_PER_BODY + (edge % EDGES_PER_BODY);
    const [first, second] = points;
    const impulses = [first?.normal, second?.normal, first?.tangent, second?.tangent];
    put(AT.contactImpulses + 4 * slot, ...impulses.map((value) => value ?? 0));
    put(AT.contactIds + 2 * slot, bits(first!.id), bits(second?.id ?? NO_POINT));
    put(AT.contactEdges + slot, bits(edge + 1));
  }
  put(AT.grounded, ...state.grounded.map((value) => bits(Number(value))));
  put(AT.stillSteps, bits(Math.round(state.still / TIME_STEP)));
  put(AT.wind, ...state.wind);
  put(AT.ground, ...state.ground.map(([, y]) => y));
  return words;
}

/** Every step looks anew where bodies touch, so nothing reads this. */
const UNKNOWN: Manifold = { onGround: true, normal: [0, 1], plane: [0, 0], points: [] };

export function unpackLander(words: readonly number[]): LanderState {
  const row = (at: number, count: number): number[] => words.slice(at, at + count);
  const contacts = Array.from({ length: 6 }, (_, slot) => {
    const edge = wordOf(words[AT.contactEdges + slot]!) - 1;
    const ids = row(AT.contactIds + 2 * slot, 2).map(wordOf);
    const [n1, n2, t1, t2] = row(AT.contactImpulses + 4 * slot, 4);
    const points = [
      { id: ids[0]!, normal: n1!, tangent: t1! },
      { id: ids[1]!, normal: n2!, tangent: t2! },
    ].filter(({ id }) => id !== NO_POINT);
    return { body: Math.floor(slot / EDGES_PER_BODY), edge, manifold: UNKNOWN, points };
  });
  const state: Omit<Bodies, 'ground'> = {
    bodies: [0, 1, 2].map((body) => {
      const [x, y, angle] = row(AT.places + 4 * body, 3) as [number, number, number];
      const [vx, vy, spin] = row(AT.velocities + 4 * body, 3) as [number, number, number];
      return { x, y, angle, vx, vy, spin };
    }),
    joints: [0, 1].map((joint) => {
      const [x, y, limit, motor] = row(AT.joints + 4 * joint, 4);
      return { x: x!, y: y!, limit: limit!, motor: motor! };
    }),
    contacts: contacts.filter(({ edge }) => edge >= 0),
    grounded: row(AT.grounded, 3).map((value) => wordOf(value) === 1),
    still: wordOf(words[AT.stillSteps]!) * TIME_STEP,
  };
  const [first, second] = row(AT.wind, 2);
  const ground = row(AT.ground, 11).map((height, index) => [2 * index - 10, height] as const);
  return { ...state, ground, wind: [first!, second!] };
}
