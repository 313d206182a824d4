/** ZombieSurvival-v0 in float64. */

import type { StateFields } from '../../src/environments/state-fields';
import type { Environment } from './environment';
import type { Rng } from './rng';

/** m from the middle of the arena */
export type Place = readonly [x: number, y: number];

export interface Zombie {
  readonly place: Place;
  /** m per step */
  readonly speed: number;
}

export interface ZombieSurvivalState {
  readonly survivor: Place;
  /** In the order in which they came. */
  readonly zombies: readonly Zombie[];
  readonly steps: number;
}

/** m */
const HALF_SIDE = 15;
const TOUCH = 0.6;
const FAIR_DISTANCE = 8;
/** m per step */
const RUNNING = 0.5;
const SLOWEST = 0.1;
const FASTEST = 0.3;
/** Zombies */
const AT_START = 3;
const MOST = 16;
const SEEN = 7;
/** Steps */
const PERIOD = 25;

export const wayFrom = ([x, y]: Place, to: Place): Place => [to[0] - x, to[1] - y];
export const lengthOf = ([x, y]: Place): number => Math.sqrt(x * x + y * y);

/** Unit vectors: staying, then counterclockwise from the right. */
export const DIRECTIONS: readonly Place[] = [
  [0, 0],
  ...Array.from({ length: 8 }, (_, eighth): Place => {
    const angle = (eighth * Math.PI) / 4;
    return [Math.cos(angle), Math.sin(angle)];
  }),
];

const inside = (value: number): number => Math.min(Math.max(value, -HALF_SIDE), HALF_SIDE);

/** Where somebody is after a step in a direction; the walls stop everybody. */
export function afterRunning([x, y]: Place, [dx, dy]: Place): Place {
  return [inside(x + RUNNING * dx), inside(y + RUNNING * dy)];
}

/** At a random place of the walls, or opposite of it where that is too near. */
function newZombie(survivor: Place, rng: Rng): Zombie {
  const [u, v, w] = rng.random4();
  const along = HALF_SIDE * (2 * v - 1);
  const walls: readonly Place[] = [
    [HALF_SIDE, along],
    [along, HALF_SIDE],
    [-HALF_SIDE, along],
    [along, -HALF_SIDE],
  ];
  const [x, y] = walls[Math.floor(4 * u)]!;
  const near = lengthOf(wayFrom([x, y], survivor)) < FAIR_DISTANCE;
  return { place: near ? [-x, -y] : [x, y], speed: SLOWEST + (FASTEST - SLOWEST) * w };
}

function walked({ place, speed }: Zombie, survivor: Place): Zombie {
  const way = wayFrom(place, survivor);
  const part = Math.min(speed / Math.max(lengthOf(way), 1e-6), 1);
  return { place: [place[0] + part * way[0], place[1] + part * way[1]], speed };
}

export const zombieSurvival: Environment<ZombieSurvivalState> = {
  maxEpisodeSteps: 1000,

  reset(rng) {
    const survivor: Place = [0, 0];
    const zombies = Array.from({ length: AT_START }, () => newZombie(survivor, rng));
    return { survivor, zombies, steps: 0 };
  },

  step(state, [choice], rng) {
    const survivor = afterRunning(state.survivor, DIRECTIONS[choice!]!);
    const walkers = state.zombies.map((zombie) => walked(zombie, survivor));
    const terminated = walkers.some(({ place }) => lengthOf(wayFrom(place, survivor)) < TOUCH);
    const steps = state.steps + 1;
    const more = steps % PERIOD === 0 && walkers.length < MOST;
    const zombies = more ? [...walkers, newZombie(survivor, rng)] : walkers;
    return { state: { survivor, zombies, steps }, reward: terminated ? 0 : 1, terminated };
  },

  observe({ survivor, zombies }) {
    const ways = zombies
      .map(({ place }) => wayFrom(survivor, place))
      .sort((a, b) => lengthOf(a) - lengthOf(b));
    const far: Place = [2 * HALF_SIDE, 2 * HALF_SIDE];
    const seen = Array.from({ length: SEEN }, (_, rank) => ways[rank] ?? far);
    return [
      ...survivor.map((meters) => meters / HALF_SIDE),
      ...seen.flat().map((meters) => meters / (2 * HALF_SIDE)),
    ];
  },
};

/** The state that a device has written. */
export function zombieSurvivalStateOf(fields: StateFields): ZombieSurvivalState {
  const { survivor, zombies, speeds, count, steps } = fields as unknown as {
    readonly survivor: Place;
    readonly zombies: readonly Place[];
    readonly speeds: readonly number[];
    readonly count: number;
    readonly steps: number;
  };
  const come = zombies.slice(0, count).map((place, index) => ({ place, speed: speeds[index]! }));
  return { survivor, zombies: come, steps };
}
