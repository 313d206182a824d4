/** The vectors under test/fixtures/minatar, and their states as those of the twins. */

import { readdirSync, readFileSync } from 'node:fs';
import type { Environment } from './environment';
import { SIDE } from './minatar';
import { type AsterixState, minatarAsterix } from './minatar-asterix';
import { type BreakoutState, minatarBreakout } from './minatar-breakout';
import { type FreewayState, minatarFreeway } from './minatar-freeway';
import {
  type Bullet,
  type EnemySub,
  minatarSeaquest,
  type SeaquestState,
  type Swimmer,
} from './minatar-seaquest';
import { minatarSpaceInvaders, type SpaceInvadersState } from './minatar-space-invaders';
import { Rng } from './rng';

const FOLDER = new URL('../fixtures/minatar/', import.meta.url);

/** A value of the package's state; a board is ten rows, whose bit c is column c. */
type Value = number | null | readonly Value[];

/** The attributes of the package by their names, and the wrapper's last action. */
export type PackageState = Readonly<Record<string, Value>>;

export interface MinatarReset {
  readonly draws: readonly number[];
  readonly state: PackageState;
}

export interface MinatarTransition extends MinatarReset {
  readonly action: number;
  readonly next_state: PackageState;
  /** Places of the ones of the next observation. */
  readonly observed: readonly number[];
  readonly reward: number;
  readonly terminated: boolean;
}

export interface MinatarVectors {
  readonly game: string;
  readonly resets: readonly MinatarReset[];
  readonly transitions: readonly MinatarTransition[];
}

function readFile(name: string): MinatarVectors {
  const { game, fields, ...lists } = JSON.parse(readFileSync(new URL(name, FOLDER), 'utf8'));
  const named = (values: readonly Value[]): PackageState =>
    Object.fromEntries(values.map((value, i) => [fields[i], value]));
  return {
    game,
    resets: lists.resets.map((reset: { state: Value[] }) => ({
      ...reset,
      state: named(reset.state),
    })),
    transitions: lists.transitions.map((each: { state: Value[]; next_state: Value[] }) => ({
      ...each,
      state: named(each.state),
      next_state: named(each.next_state),
    })),
  };
}

/** All files of the folder by their names. */
export function readMinatarVectors(): (readonly [string, MinatarVectors])[] {
  return readdirSync(FOLDER)
    .filter((name) => name.endsWith('.json'))
    .map((name) => [name, readFile(name)]);
}

/** Gives recorded numbers, one per call, instead of drawing its own. */
export class RecordedRng extends Rng {
  private taken = 0;

  constructor(private readonly draws: readonly number[]) {
    super({ seed: 0, stream: 0, domain: 0 }, 0, 0, 0);
  }

  /** How many of the numbers nobody has asked for. */
  get left(): number {
    return this.draws.length - this.taken;
  }

  override random(): number {
    const draw = this.draws[this.taken];
    if (draw === undefined) throw new Error(`only ${this.draws.length} numbers were recorded`);
    this.taken += 1;
    return draw;
  }

  override random4(): never {
    throw new Error('draws are recorded one by one');
  }
}

const board = (rows: Value | undefined): boolean[][] =>
  (rows as number[]).map((row) => Array.from({ length: SIDE }, (_, x) => ((row >> x) & 1) === 1));

function breakoutState({ brick_map, ...rest }: PackageState): BreakoutState {
  const { ball_x, ball_y, last_x, last_y, ...numbers } = rest as Record<string, number>;
  return {
    ...{ ballX: ball_x!, ballY: ball_y!, lastX: last_x!, lastY: last_y! },
    ballDir: numbers.ball_dir!,
    pos: numbers.pos!,
    brickMap: board(brick_map),
    strike: numbers.strike === 1,
    lastAction: numbers.last_action!,
  };
}

function freewayState({ cars, ...rest }: PackageState): FreewayState {
  const numbers = rest as Record<string, number>;
  return {
    pos: numbers.pos!,
    moveTimer: numbers.move_timer!,
    terminateTimer: numbers.terminate_timer!,
    cars: (cars as number[][]).map(([x, , timer, speed]) => ({
      ...{ x: x!, timer: timer!, speed: speed! },
    })),
    lastAction: numbers.last_action!,
  };
}

function spaceInvadersState(state: PackageState): SpaceInvadersState {
  const numbers = state as Record<string, number>;
  return {
    pos: numbers.pos!,
    fBulletMap: board(state.f_bullet_map),
    eBulletMap: board(state.e_bullet_map),
    alienMap: board(state.alien_map),
    alienDir: numbers.alien_dir!,
    enemyMoveInterval: numbers.enemy_move_interval!,
    alienMoveTimer: numbers.alien_move_timer!,
    alienShotTimer: numbers.alien_shot_timer!,
    shotTimer: numbers.shot_timer!,
    lastAction: numbers.last_action!,
  };
}

function asterixState({ entities, ...rest }: PackageState): AsterixState {
  const numbers = rest as Record<string, number>;
  return {
    ...{ playerX: numbers.player_x!, playerY: numbers.player_y! },
    entities: (entities as (number[] | null)[]).map(
      (each) => each && { x: each[0]!, toTheRight: each[2] === 1, isGold: each[3] === 1 },
    ),
    ...{ spawnSpeed: numbers.spawn_speed!, spawnTimer: numbers.spawn_timer! },
    ...{ moveSpeed: numbers.move_speed!, moveTimer: numbers.move_timer! },
    ...{ rampTimer: numbers.ramp_timer!, rampIndex: numbers.ramp_index! },
    lastAction: numbers.last_action!,
  };
}

const bullets = (list: Value | undefined): Bullet[] =>
  (list as number[][]).map(([x, y, right]) => ({ x: x!, y: y!, toTheRight: right === 1 }));

const swimmers = (list: Value | undefined): Swimmer[] =>
  bullets(list).map((one, i) => ({ ...one, timer: (list as number[][])[i]![3]! }));

const enemySubs = (list: Value | undefined): EnemySub[] =>
  swimmers(list).map((one, i) => ({ ...one, shotTimer: (list as number[][])[i]![4]! }));

function seaquestState(state: PackageState): SeaquestState {
  const numbers = state as Record<string, number>;
  return {
    ...{ oxygen: numbers.oxygen!, diverCount: numbers.diver_count! },
    ...{ subX: numbers.sub_x!, subY: numbers.sub_y!, subOr: numbers.sub_or === 1 },
    ...{ fBullets: bullets(state.f_bullets), eBullets: bullets(state.e_bullets) },
    ...{ eFish: swimmers(state.e_fish), eSubs: enemySubs(state.e_subs) },
    divers: swimmers(state.divers),
    ...{ eSpawnSpeed: numbers.e_spawn_speed!, eSpawnTimer: numbers.e_spawn_timer! },
    ...{ dSpawnTimer: numbers.d_spawn_timer!, moveSpeed: numbers.move_speed! },
    ...{ rampIndex: numbers.ramp_index!, shotTimer: numbers.shot_timer! },
    ...{ surface: numbers.surface === 1, lastAction: numbers.last_action! },
  };
}

interface Game {
  readonly twin: Environment<unknown>;
  /** The twin's state from the package's. */
  readonly stateOf: (state: PackageState) => unknown;
}

/** By the package's names. */
export const MINATAR_GAMES: Readonly<Record<string, Game>> = {
  breakout: { twin: minatarBreakout, stateOf: breakoutState },
  freeway: { twin: minatarFreeway, stateOf: freewayState },
  space_invaders: { twin: minatarSpaceInvaders, stateOf: spaceInvadersState },
  asterix: { twin: minatarAsterix, stateOf: asterixState },
  seaquest: { twin: minatarSeaquest, stateOf: seaquestState },
};
