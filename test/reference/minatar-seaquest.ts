/** MinAtar-Seaquest-v1 as minatar 1.0.15 has it, with its lists and their order. */

import type { Environment } from './environment';
import {
  clampToGrid,
  drawBelow,
  gridOf,
  isOnGrid,
  type Mark,
  MINATAR_PARAMS,
  type MinatarParams,
  SIDE,
  stickyAction,
} from './minatar';
import type { Rng } from './rng';

export interface Bullet {
  readonly x: number;
  readonly y: number;
  readonly toTheRight: boolean;
}

export interface Swimmer extends Bullet {
  /** Steps until it moves. */
  readonly timer: number;
}

export interface EnemySub extends Swimmer {
  /** Steps until it shoots. */
  readonly shotTimer: number;
}

export interface SeaquestState {
  readonly oxygen: number;
  /** Below 0 behind a reward for six divers. */
  readonly diverCount: number;
  /** The front of the submarine, and whether it points to the right. */
  readonly subX: number;
  readonly subY: number;
  readonly subOr: boolean;
  /** All lists begin with the oldest. */
  readonly fBullets: readonly Bullet[];
  readonly eBullets: readonly Bullet[];
  readonly eFish: readonly Swimmer[];
  readonly eSubs: readonly EnemySub[];
  readonly divers: readonly Swimmer[];
  readonly eSpawnSpeed: number;
  readonly eSpawnTimer: number;
  readonly dSpawnTimer: number;
  readonly moveSpeed: number;
  readonly rampIndex: number;
  readonly shotTimer: number;
  /** Whether it has been at the surface since it came up. */
  readonly surface: boolean;
  readonly lastAction: number;
}

const [LEFT, UP, RIGHT, DOWN, FIRE] = [1, 2, 3, 4, 5];
const MAX_OXYGEN = 200;
const MOST_DIVERS = 6;
const DIVER_SPAWN_STEPS = 30;
const DIVER_MOVE_STEPS = 5;
const SHOT_COOL_DOWN = 5;
const ENEMY_SHOT_STEPS = 10;
const LOWEST_ROW = 8;
const LEAST_MOVE_SPEED = 2;

/** A state that a step is changing, with what has happened so far. */
type Game = { -readonly [Key in keyof SeaquestState]: SeaquestState[Key] } & {
  reward: number;
  terminated: boolean;
};

type Place = Pick<Bullet, 'x' | 'y'>;

const isAt = (a: Place, b: Place): boolean => a.x === b.x && a.y === b.y;
const without = <T>(list: readonly T[], one: T): T[] => list.filter((each) => each !== one);
const forwards = <T extends Bullet>(one: T): T => ({
  ...one,
  x: one.x + (one.toTheRight ? 1 : -1),
});
const isAtPlayer = (game: Game, one: Place): boolean => isAt(one, { x: game.subX, y: game.subY });
const newestFirst = <T>(list: readonly T[]): T[] => list.toReversed();

/** Draws a side and whether it is a submarine, then a row. */
function spawnEnemy(game: Game, rng: Rng): void {
  const toTheRight = rng.random() < 1 / 2;
  const isSub = rng.random() < 1 / 3;
  const y = 1 + drawBelow(LOWEST_ROW, rng);
  const others = [...game.eSubs, ...game.eFish];
  if (others.some((other) => other.y === y && other.toTheRight !== toTheRight)) return;
  const x = toTheRight ? 0 : SIDE - 1;
  const enemy = { x, y, toTheRight, timer: game.moveSpeed };
  if (isSub) game.eSubs = [...game.eSubs, { ...enemy, shotTimer: ENEMY_SHOT_STEPS }];
  else game.eFish = [...game.eFish, enemy];
}

/** Draws a side, then a row. */
function spawnDiver(game: Game, rng: Rng): void {
  const toTheRight = rng.random() < 1 / 2;
  const y = 1 + drawBelow(LOWEST_ROW, rng);
  const x = toTheRight ? 0 : SIDE - 1;
  game.divers = [...game.divers, { x, y, toTheRight, timer: DIVER_MOVE_STEPS }];
}

function steer(game: Game, action: number): void {
  game.lastAction = action;
  if (action === FIRE && game.shotTimer === 0) {
    const bullet = { x: game.subX, y: game.subY, toTheRight: game.subOr };
    game.fBullets = [...game.fBullets, bullet];
    game.shotTimer = SHOT_COOL_DOWN;
  }
  if (action === LEFT || action === RIGHT) game.subOr = action === RIGHT;
  game.subX = clampToGrid(game.subX + Number(action === RIGHT) - Number(action === LEFT));
  const y = game.subY + Number(action === DOWN) - Number(action === UP);
  game.subY = Math.min(Math.max(y, 0), LOWEST_ROW);
}

function moveFriendlyBullets(game: Game): void {
  for (const old of newestFirst(game.fBullets)) {
    const bullet = forwards(old);
    const fish = game.eFish.find((one) => isAt(one, bullet));
    const sub = fish ? undefined : game.eSubs.find((one) => isAt(one, bullet));
    const stays = isOnGrid(bullet.x) && !fish && !sub;
    const others = game.fBullets.map((each) => (each === old ? bullet : each));
    game.fBullets = stays ? others : without(others, bullet);
    if (!isOnGrid(bullet.x)) continue;
    if (fish) game.eFish = without(game.eFish, fish);
    if (sub) game.eSubs = without(game.eSubs, sub);
    if (fish || sub) game.reward += 1;
  }
}

function moveDivers(game: Game): void {
  for (const old of newestFirst(game.divers)) {
    const isPickedUp = (diver: Swimmer): boolean =>
      isAtPlayer(game, diver) && game.diverCount < MOST_DIVERS;
    const isThere = isPickedUp(old);
    const moves = old.timer === 0;
    const diver = moves
      ? { ...forwards(old), timer: DIVER_MOVE_STEPS }
      : { ...old, timer: old.timer - 1 };
    const isMet = isThere || (moves && isPickedUp(diver));
    const stays = !isMet && isOnGrid(diver.x);
    const others = game.divers.map((each) => (each === old ? diver : each));
    game.divers = stays ? others : without(others, diver);
    if (isMet) game.diverCount += 1;
  }
}

interface Swum<T> {
  readonly enemy: T;
  readonly isGone: boolean;
}

/** One step of a fish or an enemy submarine, which may meet the player or a bullet. */
function swim<T extends Swimmer>(game: Game, old: T): Swum<T> {
  if (isAtPlayer(game, old)) game.terminated = true;
  if (old.timer > 0) return { enemy: { ...old, timer: old.timer - 1 }, isGone: false };
  const enemy = { ...forwards(old), timer: game.moveSpeed };
  if (!isOnGrid(enemy.x)) return { enemy, isGone: true };
  if (isAtPlayer(game, enemy)) {
    game.terminated = true;
    return { enemy, isGone: false };
  }
  const bullet = game.fBullets.find((one) => isAt(one, enemy));
  if (!bullet) return { enemy, isGone: false };
  game.fBullets = without(game.fBullets, bullet);
  game.reward += 1;
  return { enemy, isGone: true };
}

/** A submarine shoots even in the step in which it leaves or is hit. */
function moveEnemySubs(game: Game): void {
  for (const old of newestFirst(game.eSubs)) {
    const { enemy, isGone } = swim(game, old);
    const shoots = enemy.shotTimer === 0;
    const sub = { ...enemy, shotTimer: shoots ? ENEMY_SHOT_STEPS : enemy.shotTimer - 1 };
    const { x, y, toTheRight } = sub;
    if (shoots) game.eBullets = [...game.eBullets, { x, y, toTheRight }];
    const others = game.eSubs.map((each) => (each === old ? sub : each));
    game.eSubs = isGone ? without(others, sub) : others;
  }
}

function moveEnemyBullets(game: Game): void {
  const moved = game.eBullets.map(forwards);
  const all = [...game.eBullets, ...moved];
  if (all.some((bullet) => isAtPlayer(game, bullet))) game.terminated = true;
  game.eBullets = moved.filter(({ x }) => isOnGrid(x));
}

function moveFish(game: Game): void {
  for (const old of newestFirst(game.eFish)) {
    const { enemy: fish, isGone } = swim(game, old);
    const others = game.eFish.map((each) => (each === old ? fish : each));
    game.eFish = isGone ? without(others, fish) : others;
  }
}

/** Comes up with at least one diver; six of them are a reward for the oxygen that is left. */
function comeUp(game: Game, ramping: boolean): void {
  game.surface = true;
  if (game.diverCount === MOST_DIVERS) {
    game.diverCount = 0;
    game.reward += Math.floor((game.oxygen * 10) / MAX_OXYGEN);
  }
  game.oxygen = MAX_OXYGEN;
  game.diverCount -= 1;
  if (!ramping || (game.eSpawnSpeed <= 1 && game.moveSpeed <= LEAST_MOVE_SPEED)) return;
  if (game.moveSpeed > LEAST_MOVE_SPEED && game.rampIndex % 2 === 1) game.moveSpeed -= 1;
  if (game.eSpawnSpeed > 1) game.eSpawnSpeed -= 1;
  game.rampIndex += 1;
}

function breathe(game: Game, ramping: boolean): void {
  if (game.oxygen <= 0) game.terminated = true;
  if (game.subY > 0) {
    game.oxygen -= 1;
    game.surface = false;
  } else if (!game.surface) {
    if (game.diverCount === 0) game.terminated = true;
    else comeUp(game, ramping);
  }
}

function spawnAll(game: Game, rng: Rng): void {
  if (game.eSpawnTimer === 0) {
    spawnEnemy(game, rng);
    game.eSpawnTimer = game.eSpawnSpeed;
  }
  if (game.dSpawnTimer === 0) {
    spawnDiver(game, rng);
    game.dSpawnTimer = DIVER_SPAWN_STEPS;
  }
}

const withTrail = (one: Bullet, channel: number): Mark[] => [
  [one.x, one.y, channel],
  [one.toTheRight ? one.x - 1 : one.x + 1, one.y, 3],
];

/** Columns `begin` to `end` - 1 of the lowest row. */
const bar = (begin: number, end: number, channel: number): Mark[] =>
  Array.from({ length: Math.max(end - begin, 0) }, (_, i) => [begin + i, SIDE - 1, channel]);

export function seaquestWith(params: MinatarParams): Environment<SeaquestState> {
  return {
    maxEpisodeSteps: 1000,

    reset: () => ({
      ...{ oxygen: MAX_OXYGEN, diverCount: 0, subX: 5, subY: 0, subOr: false },
      ...{ fBullets: [], eBullets: [], eFish: [], eSubs: [], divers: [] },
      ...{ eSpawnSpeed: 20, eSpawnTimer: 20, dSpawnTimer: DIVER_SPAWN_STEPS, moveSpeed: 5 },
      ...{ rampIndex: 0, shotTimer: 0, surface: true, lastAction: 0 },
    }),

    /** Actions: stay, left, up, right, down, fire. */
    step(state, action, rng) {
      const game: Game = { ...state, reward: 0, terminated: false };
      const taken = stickyAction(action[0]!, state.lastAction, params, rng);
      spawnAll(game, rng);
      steer(game, taken);
      moveFriendlyBullets(game);
      moveDivers(game);
      moveEnemySubs(game);
      moveEnemyBullets(game);
      moveFish(game);
      game.eSpawnTimer = Math.max(game.eSpawnTimer - 1, 0);
      game.dSpawnTimer = Math.max(game.dSpawnTimer - 1, 0);
      game.shotTimer = Math.max(game.shotTimer - 1, 0);
      breathe(game, params.ramping);
      const { reward, terminated, ...next } = game;
      return { state: next, reward, terminated };
    },

    observe(state) {
      const { subX, subY, subOr, oxygen, diverCount } = state;
      const oxygenCells = Math.floor((Math.max(0, oxygen) * 10) / MAX_OXYGEN);
      return gridOf(10, [
        [subX, subY, 0],
        [subOr ? subX - 1 : subX + 1, subY, 1],
        ...state.fBullets.map(({ x, y }): Mark => [x, y, 2]),
        ...state.eBullets.map(({ x, y }): Mark => [x, y, 4]),
        ...state.eFish.flatMap((fish) => withTrail(fish, 5)),
        ...state.eSubs.flatMap((sub) => withTrail(sub, 6)),
        ...bar(0, oxygenCells, 7),
        ...bar(SIDE - 1 - diverCount, SIDE - 1, 8),
        ...state.divers.flatMap((diver) => withTrail(diver, 9)),
      ]);
    },
  };
}

export const minatarSeaquest = seaquestWith(MINATAR_PARAMS);
