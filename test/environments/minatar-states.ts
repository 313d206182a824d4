/** The states of the MinAtar twins from the members of the shaders' State. */
import type { StateFields } from '../../src/environments/state-fields';
import { SIDE } from '../reference/minatar';
import type { AsterixState } from '../reference/minatar-asterix';
import type { BreakoutState } from '../reference/minatar-breakout';
import type { FreewayState } from '../reference/minatar-freeway';
import type { Bullet, EnemySub, SeaquestState } from '../reference/minatar-seaquest';
import type { Board, SpaceInvadersState } from '../reference/minatar-space-invaders';
import { SWIMMERS } from './minatar-fields';

type Numbers = Readonly<Record<string, number>>;
type Pair = readonly [number, number];

const hasBit = (word: number, bit: number): boolean => ((word >>> bit) & 1) === 1;
function bitsOf(word: number, count: number): boolean[] {
  const bits: boolean[] = [];
  for (let bit = 0; bit < count; bit++) bits.push(hasBit(word, bit));
  return bits;
}

function breakoutState(fields: StateFields): BreakoutState {
  const { paddle, struck, bricks, last_action } = fields as Numbers;
  const { ball, before, direction } = fields as Readonly<Record<string, Pair>>;
  const [dx, dy] = direction!;
  const [ballX, ballY] = ball!;
  const [lastX, lastY] = before!;
  return {
    ...{ ballX, ballY, lastX, lastY },
    ballDir: dy < 0 ? (dx < 0 ? 0 : 1) : dx < 0 ? 3 : 2,
    pos: paddle!,
    brickMap: Array.from({ length: SIDE }, (_, y) =>
      bitsOf(y >= 1 && y <= 3 ? bricks! >>> (SIDE * (y - 1)) : 0, SIDE),
    ),
    strike: struck === 1,
    lastAction: last_action!,
  };
}

function freewayState({ cars, ...rest }: StateFields): FreewayState {
  const { row, move_timer, time_left, last_action } = rest as Numbers;
  return {
    ...{ pos: row!, moveTimer: move_timer!, terminateTimer: time_left! },
    cars: (cars as readonly Numbers[]).map(({ column, timer, speed }) => ({
      ...{ x: column!, timer: timer!, speed: speed! },
    })),
    lastAction: last_action!,
  };
}

function spaceInvadersState(fields: StateFields): SpaceInvadersState {
  const numbers = fields as Numbers;
  const board = (name: string): Board =>
    (fields[name] as readonly number[]).map((row) => bitsOf(row, SIDE));
  return {
    pos: numbers.cannon!,
    ...{ fBulletMap: board('bullets'), eBulletMap: board('bombs'), alienMap: board('aliens') },
    alienDir: numbers.direction!,
    enemyMoveInterval: numbers.move_interval!,
    ...{ alienMoveTimer: numbers.move_timer!, alienShotTimer: numbers.bomb_timer! },
    ...{ shotTimer: numbers.shot_timer!, lastAction: numbers.last_action! },
  };
}

function asterixState({ player, entities, ...rest }: StateFields): AsterixState {
  const numbers = rest as Numbers;
  const [playerX, playerY] = player as Pair;
  return {
    ...{ playerX, playerY },
    entities: (entities as readonly Numbers[]).map(({ kind, column, direction }) =>
      kind === 0 ? null : { x: column!, toTheRight: direction === 1, isGold: kind === 2 },
    ),
    ...{ spawnSpeed: numbers.spawn_interval!, spawnTimer: numbers.spawn_timer! },
    ...{ moveSpeed: numbers.move_interval!, moveTimer: numbers.move_timer! },
    ...{ rampTimer: numbers.ramp_timer!, rampIndex: numbers.ramps! },
    lastAction: numbers.last_action!,
  };
}

/** Row by row, and in a row those on their way to the right first. */
const bulletsOf = (rows: readonly number[]): Bullet[] =>
  rows.flatMap((row, y) =>
    bitsOf(row, 2 * SIDE).flatMap((isSet, bit) =>
      isSet ? [{ x: bit % SIDE, y, toTheRight: bit < SIDE }] : [],
    ),
  );

const swimmerOf = (word: number): EnemySub => ({
  ...{ x: (word >>> 4) & 15, y: (word >>> 8) & 15, toTheRight: hasBit(word, 2) },
  ...{ timer: (word >>> 12) & 15, shotTimer: (word >>> 16) & 15 },
});

function seaquestState(fields: StateFields): SeaquestState {
  const { place, bullets, bombs, enemies, divers, ...rest } = fields;
  const numbers = rest as Numbers;
  const [subX, subY] = place as Pair;
  const of = (kind: keyof typeof SWIMMERS, words: unknown): EnemySub[] =>
    (words as number[]).filter((word) => (word & 3) === SWIMMERS[kind]).map(swimmerOf);
  const silent = ({ shotTimer: _, ...swimmer }: EnemySub) => swimmer;
  return {
    ...{ oxygen: numbers.oxygen!, diverCount: numbers.divers_on_board! },
    ...{ subX, subY, subOr: numbers.direction === 1 },
    ...{ fBullets: bulletsOf(bullets as number[]), eBullets: bulletsOf(bombs as number[]) },
    ...{ eFish: of('fish', enemies).map(silent), eSubs: of('submarine', enemies) },
    divers: of('diver', divers).map(silent),
    ...{ eSpawnTimer: numbers.spawn_timer!, dSpawnTimer: numbers.diver_timer! },
    ...{ eSpawnSpeed: Math.max(20 - numbers.ramps!, 1), rampIndex: numbers.ramps! },
    moveSpeed: Math.max(5 - Math.floor(numbers.ramps! / 2), 2),
    shotTimer: numbers.shot_timer!,
    ...{ surface: numbers.is_up === 1, lastAction: numbers.last_action! },
  };
}

/** By the ids of the environments. */
export const MINATAR_STATES: Readonly<Record<string, (fields: StateFields) => unknown>> = {
  'MinAtar-Breakout-v1': breakoutState,
  'MinAtar-Asterix-v1': asterixState,
  'MinAtar-Freeway-v1': freewayState,
  'MinAtar-SpaceInvaders-v1': spaceInvadersState,
  'MinAtar-Seaquest-v1': seaquestState,
};
