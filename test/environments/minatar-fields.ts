/** The states of the MinAtar twins as the members of the shaders' State. */
import type { StateFields } from '../../src/environments/state-fields';
import { SIDE } from '../reference/minatar';
import type { AsterixState } from '../reference/minatar-asterix';
import type { BreakoutState } from '../reference/minatar-breakout';
import type { FreewayState } from '../reference/minatar-freeway';
import type { Bullet, EnemySub, SeaquestState, Swimmer } from '../reference/minatar-seaquest';
import type { Board, SpaceInvadersState } from '../reference/minatar-space-invaders';

/** Bit c is column c. */
const bitsOf = (row: readonly boolean[]): number =>
  row.reduce((bits, isSet, column) => bits + (isSet ? 2 ** column : 0), 0);

function breakoutFields(state: BreakoutState): StateFields {
  const { ballX, ballY, lastX, lastY, ballDir, pos, brickMap, strike, lastAction } = state;
  return {
    ball: [ballX, ballY],
    before: [lastX, lastY],
    direction: [ballDir === 1 || ballDir === 2 ? 1 : -1, ballDir >= 2 ? 1 : -1],
    paddle: pos,
    struck: Number(strike),
    bricks: bitsOf(brickMap.slice(1, 4).flat()),
    last_action: lastAction,
  };
}

function freewayFields(state: FreewayState): StateFields {
  return {
    row: state.pos,
    move_timer: state.moveTimer,
    time_left: state.terminateTimer,
    last_action: state.lastAction,
    cars: state.cars.map(({ x, timer, speed }) => ({ column: x, timer, speed })),
  };
}

function spaceInvadersFields(state: SpaceInvadersState): StateFields {
  const rows = (board: Board): number[] => board.map(bitsOf);
  return {
    cannon: state.pos,
    direction: state.alienDir,
    move_interval: state.enemyMoveInterval,
    move_timer: state.alienMoveTimer,
    bomb_timer: state.alienShotTimer,
    shot_timer: state.shotTimer,
    last_action: state.lastAction,
    aliens: rows(state.alienMap),
    bullets: rows(state.fBulletMap),
    bombs: rows(state.eBulletMap),
  };
}

function asterixFields(state: AsterixState): StateFields {
  return {
    player: [state.playerX, state.playerY],
    spawn_interval: state.spawnSpeed,
    spawn_timer: state.spawnTimer,
    move_interval: state.moveSpeed,
    move_timer: state.moveTimer,
    ramp_timer: state.rampTimer,
    ramps: state.rampIndex,
    last_action: state.lastAction,
    entities: state.entities.map((entity) => ({
      kind: entity ? (entity.isGold ? 2 : 1) : 0,
      column: entity ? entity.x : 0,
      direction: entity ? (entity.toTheRight ? 1 : -1) : 0,
    })),
  };
}

/**
 * The rows of the water; bit c is a bullet in column c on its way to the right, bit 10 + c to the
 * left.
 */
function bulletRows(bullets: readonly Bullet[]): number[] {
  const rows = new Array<number>(SIDE - 1).fill(0);
  for (const { x, y, toTheRight } of bullets) rows[y]! |= 1 << (toTheRight ? x : SIDE + x);
  return rows;
}

/** Kinds of swimmers in Seaquest's packed words. */
export const SWIMMERS = { fish: 1, submarine: 2, diver: 3 } as const;

/** Fish and divers never shoot. */
const SHOT_STEPS = 10;

function packed(kind: keyof typeof SWIMMERS, swimmer: Swimmer | EnemySub): number {
  const { x, y, toTheRight, timer } = swimmer;
  const shotTimer = 'shotTimer' in swimmer ? swimmer.shotTimer : SHOT_STEPS;
  const way = Number(toTheRight) << 2;
  return SWIMMERS[kind] | way | (x << 4) | (y << 8) | (timer << 12) | (shotTimer << 16);
}

const padded = (words: readonly number[], length: number): number[] =>
  Array.from({ length }, (_, index) => words[index] ?? 0);

/**
 * The shader has fish and submarines in one list; here the fish come first. It tells the enemies'
 * speeds from how often the game has become more difficult.
 */
function seaquestFields(state: SeaquestState): StateFields {
  const fish = state.eFish.map((one) => packed('fish', one));
  const submarines = state.eSubs.map((one) => packed('submarine', one));
  const divers = state.divers.map((one) => packed('diver', one));
  return {
    place: [state.subX, state.subY],
    direction: state.subOr ? 1 : -1,
    oxygen: state.oxygen,
    divers_on_board: state.diverCount,
    spawn_timer: state.eSpawnTimer,
    diver_timer: state.dSpawnTimer,
    ramps: state.rampIndex,
    shot_timer: state.shotTimer,
    is_up: Number(state.surface),
    last_action: state.lastAction,
    bullets: bulletRows(state.fBullets),
    bombs: bulletRows(state.eBullets),
    enemy_count: fish.length + submarines.length,
    enemies: padded([...fish, ...submarines], 30),
    divers: padded(divers, 2),
  };
}

/** By the ids of the environments. */
export const MINATAR_FIELDS: Readonly<Record<string, (state: never) => StateFields>> = {
  'MinAtar-Breakout-v1': breakoutFields,
  'MinAtar-Freeway-v1': freewayFields,
  'MinAtar-SpaceInvaders-v1': spaceInvadersFields,
  'MinAtar-Asterix-v1': asterixFields,
  'MinAtar-Seaquest-v1': seaquestFields,
};

/** The members of the shader's State for a state of the twin. */
export function minatarFields(id: string, state: unknown): StateFields {
  return MINATAR_FIELDS[id]!(state as never);
}

/** The members that a device has written, with those lists in order whose order has no meaning. */
export function inOrder(fields: StateFields): StateFields {
  if (!('enemies' in fields)) return fields;
  const enemies = fields.enemies as readonly number[];
  const of = (kind: keyof typeof SWIMMERS): number[] =>
    enemies.filter((word) => (word & 3) === SWIMMERS[kind]);
  return { ...fields, enemies: padded([...of('fish'), ...of('submarine')], enemies.length) };
}
