/** Transitions of Gymnasium's LunarLander (test/transfer/make-lander-vectors.py). */
import { readFileSync } from 'node:fs';
import type { Manifold } from './bodies-types';
import type { LanderState } from './lunar-lander';

type Row = readonly number[];

export interface LanderVectors {
  readonly starts: readonly {
    readonly continuous: boolean;
    readonly wind: boolean;
    /** 12 heights and two components of the push in [0, 1), then the wind's two numbers, if any. */
    readonly draws: Row;
    readonly ground: Row;
    readonly observation: Row;
  }[];
  readonly transitions: readonly {
    /** Index of the start of its episode. */
    readonly start: number;
    readonly state: {
      readonly bodies: readonly Row[];
      readonly joints: readonly Row[];
      /** Body, edge and points: id, normal and tangent impulse. */
      readonly contacts: readonly (readonly [number, number, readonly Row[]])[];
      readonly grounded: readonly boolean[];
      /** In steps. */
      readonly still: number;
      readonly wind: readonly [number, number];
    };
    readonly action: Row;
    /** Two numbers in [-1, 1). */
    readonly noise: Row;
    readonly observation: Row;
    readonly reward: number;
    readonly terminated: boolean;
    /** After the step. */
    readonly bodies: readonly Row[];
  }[];
}

const file = new URL('../fixtures/lunar-lander.json', import.meta.url);

export const readLanderVectors = (): LanderVectors => JSON.parse(readFileSync(file, 'utf8'));

/** Every step looks anew where bodies touch, so nothing reads this. */
const UNKNOWN: Manifold = { onGround: true, normal: [0, 1], plane: [0, 0], points: [] };

/** The state in which a transition begins. */
export function landerStateOf(
  { starts }: LanderVectors,
  { start, state }: LanderVectors['transitions'][number],
): LanderState {
  const { bodies, joints, contacts, grounded, still, wind } = state;
  return {
    bodies: bodies.map(([x, y, angle, vx, vy, spin]) => ({
      x: x!,
      y: y!,
      angle: angle!,
      vx: vx!,
      vy: vy!,
      spin: spin!,
    })),
    joints: joints.map(([x, y, limit, motor]) => ({ x: x!, y: y!, limit: limit!, motor: motor! })),
    contacts: contacts.map(([body, edge, points]) => ({
      body,
      edge,
      manifold: UNKNOWN,
      points: points.map(([id, normal, tangent]) => ({
        id: id!,
        normal: normal!,
        tangent: tangent!,
      })),
    })),
    ground: starts[start]!.ground.map((height, index) => [2 * index - 10, height] as const),
    grounded,
    still: still * 0.02,
    wind,
  };
}
