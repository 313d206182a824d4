/**
 * LunarLander-v3 and LunarLanderContinuous-v3 as Gymnasium has them (Klimov 2016), in float64. The
 * origin is in the middle of the pad, Gymnasium's (10, 10/3) m; otherwise the numbers are the same.
 */
import { moveBodies } from './bodies';
import type { Bodies, Body, Joint, Kind, Point, Push, Scene } from './bodies-types';
import { placed } from './bodies-types';
import type { Environment } from './environment';
import type { Vector } from './linear';
import type { Rng } from './rng';

const STEPS_PER_SECOND = 50;
/** Pixels per meter, in which Gymnasium gives its lengths. */
const SCALE = 30;
/** m, half of the sky's width and height */
const HALF_WIDTH = 10;
const HALF_HEIGHT = 20 / 3;
/** m, of the pad above the bottom of the sky */
const PAD_HEIGHT = HALF_HEIGHT / 2;
const CHUNKS = 11;
const MAIN_POWER = 13;
const SIDE_POWER = 0.6;
/** N, each component of the push at the start */
const START_FORCE = 1000;
/** rad, of the legs */
const START_TURN = 0.05;
const LEG_AWAY = 20 / SCALE;
const LEG_DOWN = 18 / SCALE;
const MOST_WIND = 9999;

const HULL: readonly Point[] = [
  [17, -10],
  [17, 0],
  [14, 17],
  [-14, 17],
  [-17, 0],
  [-17, -10],
];
const LEG: readonly Point[] = [
  [-2, -8],
  [2, -8],
  [2, 8],
  [-2, 8],
];

/** A polygon about its center of mass, which it is moved to, and where that has been. */
function kindOf(
  pixels: readonly Point[],
  density: number,
  friction: number,
): { readonly kind: Kind; readonly center: Point } {
  const corners = pixels.map(([x, y]): Point => [x / SCALE, y / SCALE]);
  let [area, sumX, sumY, second] = [0, 0, 0, 0];
  for (const [index, [ax, ay]] of corners.entries()) {
    const [bx, by] = corners[(index + 1) % corners.length]!;
    const cross = ax * by - ay * bx;
    area += cross / 2;
    sumX += (cross * (ax + bx)) / 6;
    sumY += (cross * (ay + by)) / 6;
    second += (cross * (ax * ax + ax * bx + bx * bx + ay * ay + ay * by + by * by)) / 12;
  }
  const center: Point = [sumX / area, sumY / area];
  const mass = density * area;
  const inertia = density * second - mass * (center[0] ** 2 + center[1] ** 2);
  const about = corners.map(([x, y]): Point => [x - center[0], y - center[1]]);
  const radius = Math.max(...about.map(([x, y]) => Math.hypot(x, y)));
  return { kind: { corners: about, radius, mass, inertia, friction }, center };
}

/** The friction of two bodies is the geometric mean: the ground's is 0.1, a leg's 0.2. */
const HULL_FRICTION = 0.1;
const LEG_FRICTION = Math.sqrt(0.1 * 0.2);
const { kind: hull, center: HULL_CENTER } = kindOf(HULL, 5, HULL_FRICTION);
const { kind: leg } = kindOf(LEG, 1, LEG_FRICTION);

/** In the order in which Box2D visits them: the leg of side 1, the hull, the leg of side -1. */
const HULL_INDEX = 1;
const LEGS = [
  { side: 1, index: 0 },
  { side: -1, index: 2 },
] as const;
/** Observed first. */
const [SECOND_LEG, FIRST_LEG] = [0, 2] as const;

const joints = LEGS.map(
  ({ side, index }): Joint => ({
    bodies: [HULL_INDEX, index],
    anchors: [
      [-HULL_CENTER[0], -HULL_CENTER[1]],
      [side * LEG_AWAY, LEG_DOWN],
    ],
    // Angles are counted from those at the start.
    lower: (side === 1 ? -0.9 : 0.4) + START_TURN * side,
    upper: (side === 1 ? -0.4 : 0.9) + START_TURN * side,
    motorSpeed: 0.3 * side,
    motorTorque: 40,
  }),
);

export interface LanderParams {
  /** m/s² */
  readonly GRAVITY: number;
  /** 0 or 1 */
  readonly ENABLE_WIND: number;
  /** N */
  readonly WIND_POWER: number;
  /** N m */
  readonly TURBULENCE_POWER: number;
}

export const LANDER_PARAMS: LanderParams = {
  GRAVITY: -10,
  ENABLE_WIND: 0,
  WIND_POWER: 15,
  TURBULENCE_POWER: 1.5,
};

export interface LanderState extends Bodies {
  /** Steps of wind and turbulence, from random starts. */
  readonly wind: readonly [number, number];
}

/** Heights of the ground about the pad from CHUNKS + 1 uniform numbers. */
function groundOf(uniform: readonly number[]): Point[] {
  const isPad = (index: number): boolean => Math.abs(index - Math.floor(CHUNKS / 2)) <= 2;
  const heights = uniform.map((u, index) => (isPad(index) ? PAD_HEIGHT : u * HALF_HEIGHT));
  return Array.from({ length: CHUNKS }, (_, i): Point => {
    const sum = heights[(i + CHUNKS) % (CHUNKS + 1)]! + heights[i]! + heights[i + 1]!;
    return [(2 * HALF_WIDTH * i) / (CHUNKS - 1) - HALF_WIDTH, 0.33 * sum - PAD_HEIGHT];
  });
}

const still = (x: number, y: number, angle: number): Body => ({
  x,
  y,
  angle,
  vx: 0,
  vy: 0,
  spin: 0,
});

const NO_PUSH: Push = { fx: 0, fy: 0, torque: 0 };

const pushes = (onHull: Push): Push[] => [NO_PUSH, onHull, NO_PUSH];

const origin = (body: Readonly<Body>): Point => placed([-HULL_CENTER[0], -HULL_CENTER[1]], body);

/** The strength of wind in a step, between -1 and 1. */
const gust = (index: number): number =>
  Math.tanh(Math.sin(0.02 * index) + Math.sin(Math.PI * 0.01 * index));

/** Impulses of an engine: where, what and how much fuel it burns. */
interface Thrust {
  readonly at: Point;
  readonly impulse: Point;
}

/** `power` from 0.5 to 1, `noise` two uniform numbers between -1 and 1. */
function mainThrust(body: Readonly<Body>, power: number, noise: Vector): Thrust {
  const tip: Point = [Math.sin(body.angle), Math.cos(body.angle)];
  const side: Point = [-tip[1], tip[0]];
  const [first, second] = [noise[0]! / SCALE, noise[1]! / SCALE];
  const offset: Point = [
    tip[0] * (4 / SCALE + 2 * first) + side[0] * second,
    -tip[1] * (4 / SCALE + 2 * first) - side[1] * second,
  ];
  const [x, y] = origin(body);
  return {
    at: [x + offset[0], y + offset[1]],
    impulse: [-offset[0] * MAIN_POWER * power, -offset[1] * MAIN_POWER * power],
  };
}

/** `direction` 1 or -1. */
function sideThrust(body: Readonly<Body>, power: number, direction: number, noise: Vector): Thrust {
  const tip: Point = [Math.sin(body.angle), Math.cos(body.angle)];
  const side: Point = [-tip[1], tip[0]];
  const [first, second] = [noise[0]! / SCALE, noise[1]! / SCALE];
  const sideways = 3 * second + (direction * 12) / SCALE;
  const offset: Point = [tip[0] * first + side[0] * sideways, -tip[1] * first - side[1] * sideways];
  const [x, y] = origin(body);
  return {
    at: [x + offset[0] - (tip[0] * 17) / SCALE, y + offset[1] + (tip[1] * 14) / SCALE],
    impulse: [-offset[0] * SIDE_POWER * power, -offset[1] * SIDE_POWER * power],
  };
}

function thrusted(body: Readonly<Body>, { at, impulse }: Thrust): Body {
  const [rx, ry] = [at[0] - body.x, at[1] - body.y];
  return {
    ...body,
    vx: body.vx + impulse[0] / hull.mass,
    vy: body.vy + impulse[1] / hull.mass,
    spin: body.spin + (rx * impulse[1] - ry * impulse[0]) / hull.inertia,
  };
}

/** Power of both engines and the direction of the side engine. */
interface Engines {
  readonly main: number;
  readonly side: number;
  readonly direction: number;
}

function discreteEngines([action]: Vector): Engines {
  const side = action === 1 || action === 3 ? 1 : 0;
  return { main: action === 2 ? 1 : 0, side, direction: action! - 2 };
}

function continuousEngines([main, side]: Vector): Engines {
  const sideways = Math.abs(side!);
  return {
    main: main! > 0 ? (Math.min(main!, 1) + 1) / 2 : 0,
    side: sideways > 0.5 ? Math.min(sideways, 1) : 0,
    direction: Math.sign(side!),
  };
}

function observe({ bodies, grounded }: Bodies): number[] {
  const body = bodies[HULL_INDEX]!;
  const [x, y] = origin(body);
  return [
    x / HALF_WIDTH,
    (y - LEG_DOWN) / HALF_HEIGHT,
    (body.vx * HALF_WIDTH) / STEPS_PER_SECOND,
    (body.vy * HALF_HEIGHT) / STEPS_PER_SECOND,
    body.angle,
    (20 * body.spin) / STEPS_PER_SECOND,
    Number(grounded[FIRST_LEG]),
    Number(grounded[SECOND_LEG]),
  ];
}

/** What a state is worth; the reward is what it gains. */
function worth(state: Bodies): number {
  const [x, y, vx, vy, angle, , first, second] = observe(state) as [...Array<number>] & number[];
  return (
    -100 * Math.hypot(x!, y!) -
    100 * Math.hypot(vx!, vy!) -
    100 * Math.abs(angle!) +
    10 * first! +
    10 * second!
  );
}

function sceneOf({ GRAVITY }: LanderParams): Scene {
  return { kinds: [leg, hull, leg], joints, gravity: GRAVITY, timeStep: 1 / STEPS_PER_SECOND };
}

/** The start before its first step, with a force on the hull. */
export function landerStart(
  uniform: readonly number[],
  wind: readonly [number, number],
): LanderState {
  const top = 2 * HALF_HEIGHT - PAD_HEIGHT;
  const [first, second] = LEGS.map(({ side }) => still(-side * LEG_AWAY, top, START_TURN * side));
  return {
    bodies: [first!, still(HULL_CENTER[0], top + HULL_CENTER[1], 0), second!],
    joints: joints.map(() => ({ x: 0, y: 0, limit: 0, motor: 0 })),
    contacts: [],
    ground: groundOf(uniform),
    grounded: [false, false, false],
    still: 0,
    wind,
  };
}

/** The first step, without engines and reward, under the push at the start (N). */
export function landerFirstStep(
  params: LanderParams,
  start: LanderState,
  [fx, fy]: readonly [number, number],
): LanderState {
  const { wind, push } = blow(params, start);
  const onHull = { ...push, fx: push.fx + fx, fy: push.fy + fy };
  return { ...moveBodies(sceneOf(params), start, pushes(onHull)).state, wind };
}

/** Wind and turbulence, which pause while a leg stands on the ground. */
function blow(params: LanderParams, { wind, grounded }: LanderState) {
  const stands = grounded[FIRST_LEG] || grounded[SECOND_LEG];
  if (!params.ENABLE_WIND || stands) return { wind, push: NO_PUSH };
  const push = {
    fx: params.WIND_POWER * gust(wind[0]),
    fy: 0,
    torque: params.TURBULENCE_POWER * gust(wind[1]),
  };
  return { wind: [wind[0] + 1, wind[1] + 1] as const, push };
}

/** One step with two uniform numbers between -1 and 1 as the engines' noise. */
export function landerStep(
  params: LanderParams,
  state: LanderState,
  engines: Engines,
  noise: Vector,
): { readonly state: LanderState; readonly reward: number; readonly terminated: boolean } {
  const { wind, push } = blow(params, state);
  const { main, side, direction } = engines;
  let body: Readonly<Body> = state.bodies[HULL_INDEX]!;
  const thrusts = [
    ...(main > 0 ? [mainThrust(body, main, noise)] : []),
    ...(side > 0 ? [sideThrust(body, side, direction, noise)] : []),
  ];
  for (const thrust of thrusts) body = thrusted(body, thrust);
  const bodies = state.bodies.map((each, index) => (index === HULL_INDEX ? body : each));
  const moved = moveBodies(sceneOf(params), { ...state, bodies }, pushes(push));
  const next = { ...moved.state, wind };
  const fuel = 0.3 * main + 0.03 * side;
  const crashed = moved.began[HULL_INDEX]! || Math.abs(observe(next)[0]!) >= 1;
  const plain = worth(next) - worth(state) - fuel;
  const reward = moved.isAsleep ? 100 : crashed ? -100 : plain;
  return { state: next, reward, terminated: crashed || moved.isAsleep };
}

/** From `reset`, blocks of four: 12 for the ground, two for the push, two for the wind. */
function reset(params: LanderParams, rng: Rng): LanderState {
  const uniform = [...rng.random4(), ...rng.random4(), ...rng.random4()];
  const [a, b, c, d] = rng.random4();
  const index = (u: number): number => Math.floor(u * 2 * MOST_WIND) - MOST_WIND;
  const start = landerStart(uniform, [index(c), index(d)]);
  const force = (u: number): number => START_FORCE * (2 * u - 1);
  return landerFirstStep(params, start, [force(a), force(b)]);
}

function environment(
  enginesOf: (action: Vector) => Engines,
  params: LanderParams,
): Environment<LanderState> {
  return {
    maxEpisodeSteps: 1000,
    reset: (rng) => reset(params, rng),
    step(state, action, rng) {
      const [a, b] = rng.random4();
      return landerStep(params, state, enginesOf(action), [2 * a - 1, 2 * b - 1]);
    },
    observe,
  };
}

export const discreteLander = (params: Partial<LanderParams> = {}): Environment<LanderState> =>
  environment(discreteEngines, { ...LANDER_PARAMS, ...params });

export const continuousLander = (params: Partial<LanderParams> = {}): Environment<LanderState> =>
  environment(continuousEngines, { ...LANDER_PARAMS, ...params });
