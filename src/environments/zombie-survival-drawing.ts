/** ZombieSurvival: the arena, the zombies, whoever survives, and where to. */
import type { Drawing, Point, ShownStep } from './drawing';
import { arrow, away, circle, frame } from './shapes';
import type { StateFields } from './state-fields';

// Lengths are in meters. Bodies are drawn twice as large as they are, which touch at 0.6 m.
const HALF_SIDE = 15;
const BODY_RADIUS = 0.6;
const WALL_WIDTH = 0.15;
const RUN = { length: 1.9, width: 0.2 };
const MARGIN = 3;
const EIGHTH = Math.PI / 4;

interface ArenaFields {
  readonly survivor: Point;
  readonly zombies: readonly Point[];
  readonly count: number;
}

export function drawZombieSurvival(state: StateFields, { action }: ShownStep): Drawing {
  const { survivor, zombies, count } = state as unknown as ArenaFields;
  const choice = action?.[0] ?? 0;
  const side = HALF_SIDE + BODY_RADIUS + WALL_WIDTH / 2;
  const view = HALF_SIDE + MARGIN;
  return {
    view: { left: -view, right: view, bottom: -view, top: view },
    shapes: [
      frame('muted', WALL_WIDTH, [-side, -side], [side, side]),
      ...zombies.slice(0, count).map((zombie) => circle('goal', zombie, BODY_RADIUS)),
      circle('body', survivor, BODY_RADIUS),
      ...(choice === 0
        ? []
        : arrow('action', RUN.width, survivor, away(survivor, RUN.length, EIGHTH * (choice - 1)))),
    ],
  };
}
