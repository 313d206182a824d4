/** MinAtar-Asterix-v1 as minatar 1.0.15 has it. */

import type { Environment } from './environment';
import {
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

export interface Entity {
  readonly x: number;
  readonly toTheRight: boolean;
  readonly isGold: boolean;
}

export interface AsterixState {
  readonly playerX: number;
  readonly playerY: number;
  /** Entity i is in row i + 1, which has no more than one. */
  readonly entities: readonly (Entity | null)[];
  /** Steps between two entities, and until the next one. */
  readonly spawnSpeed: number;
  readonly spawnTimer: number;
  /** Steps between two moves, and until the next one. */
  readonly moveSpeed: number;
  readonly moveTimer: number;
  /** Steps until the game becomes more difficult, which it does below 0. */
  readonly rampTimer: number;
  readonly rampIndex: number;
  readonly lastAction: number;
}

const ROWS = 8;
const RAMP_INTERVAL = 100;
const MOVES = [
  [0, 0],
  [-1, 0],
  [0, -1],
  [1, 0],
  [0, 1],
] as const;

const clamp = (value: number, low: number, high: number): number =>
  Math.min(Math.max(value, low), high);

/** Draws the side, whether it is gold, and a free row; the last only where one is free. */
function spawn(entities: AsterixState['entities'], rng: Rng): AsterixState['entities'] {
  const toTheRight = rng.random() < 1 / 2;
  const isGold = rng.random() < 1 / 3;
  const free = entities.flatMap((entity, slot) => (entity ? [] : [slot]));
  if (free.length === 0) return entities;
  const slot = free[drawBelow(free.length, rng)]!;
  return entities.with(slot, { x: toTheRight ? 0 : SIDE - 1, toTheRight, isGold });
}

interface Touched {
  readonly entities: AsterixState['entities'];
  readonly gold: number;
  readonly caught: boolean;
}

/** Takes gold at the player's place, and says whether an enemy is there. */
function touch(state: AsterixState, { entities, gold, caught }: Touched): Touched {
  const slot = state.playerY - 1;
  const met = entities[slot];
  if (met?.x !== state.playerX) return { entities, gold, caught };
  if (!met.isGold) return { entities, gold, caught: true };
  return { entities: entities.with(slot, null), gold: gold + 1, caught };
}

const advance = (entities: AsterixState['entities']): AsterixState['entities'] =>
  entities.map((entity) => {
    if (!entity) return null;
    const x = entity.x + (entity.toTheRight ? 1 : -1);
    return isOnGrid(x) ? { ...entity, x } : null;
  });

function ramp(state: AsterixState): AsterixState {
  const { spawnSpeed, moveSpeed, rampTimer, rampIndex } = state;
  if (spawnSpeed <= 1 && moveSpeed <= 1) return state;
  if (rampTimer >= 0) return { ...state, rampTimer: rampTimer - 1 };
  return {
    ...state,
    moveSpeed: moveSpeed > 1 && rampIndex % 2 === 1 ? moveSpeed - 1 : moveSpeed,
    spawnSpeed: Math.max(spawnSpeed - 1, 1),
    rampIndex: rampIndex + 1,
    rampTimer: RAMP_INTERVAL,
  };
}

export function asterixWith(params: MinatarParams): Environment<AsterixState> {
  return {
    maxEpisodeSteps: 1000,

    reset: () => ({
      ...{ playerX: 5, playerY: 5, lastAction: 0 },
      entities: new Array<null>(ROWS).fill(null),
      ...{ spawnSpeed: 10, spawnTimer: 10, moveSpeed: 5, moveTimer: 5 },
      ...{ rampTimer: RAMP_INTERVAL, rampIndex: 0 },
    }),

    /** Actions: stay, left, up, right, down. */
    step(state, action, rng) {
      const lastAction = stickyAction(action[0]!, state.lastAction, params, rng);
      const spawns = state.spawnTimer === 0;
      const [dx, dy] = MOVES[lastAction]!;
      const placed = {
        ...state,
        lastAction,
        playerX: clamp(state.playerX + dx, 0, SIDE - 1),
        playerY: clamp(state.playerY + dy, 1, ROWS),
      };
      const entities = spawns ? spawn(state.entities, rng) : state.entities;
      let met = touch(placed, { entities, gold: 0, caught: false });
      const moves = state.moveTimer === 0;
      if (moves) met = touch(placed, { ...met, entities: advance(met.entities) });
      const next = {
        ...placed,
        entities: met.entities,
        spawnTimer: (spawns ? state.spawnSpeed : state.spawnTimer) - 1,
        moveTimer: (moves ? state.moveSpeed : state.moveTimer) - 1,
      };
      return {
        state: params.ramping ? ramp(next) : next,
        reward: met.gold,
        terminated: met.caught,
      };
    },

    observe({ playerX, playerY, entities }) {
      const marks = entities.flatMap((entity, slot): Mark[] => {
        if (!entity) return [];
        const { x, toTheRight, isGold } = entity;
        const behind = toTheRight ? x - 1 : x + 1;
        return [
          [x, slot + 1, isGold ? 3 : 1],
          [behind, slot + 1, 2],
        ];
      });
      return gridOf(4, [[playerX, playerY, 0], ...marks]);
    },
  };
}

export const minatarAsterix = asterixWith(MINATAR_PARAMS);
