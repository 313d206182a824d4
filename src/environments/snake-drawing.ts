/** Snake: the board, the food, and the body from the tail to the head, whose eye looks ahead. */
import type { Drawing, Point, ShownStep } from './drawing';
import { arrow, away, circle, frame, line } from './shapes';
import type { StateFields } from './state-fields';

// Lengths are in cells.
const BODY_WIDTH = 0.62;
const HEAD_RADIUS = 0.42;
const FOOD_RADIUS = 0.32;
const EYE = { radius: 0.1, distance: 0.18 };
const WALL_WIDTH = 0.12;
const TURN = { length: 0.9, width: 0.12 };
/** Around the board, in parts of its side. */
const MARGIN = 0.1;
const QUARTER = Math.PI / 2;

interface SnakeFields {
  readonly leaves: readonly number[];
  readonly clock: number;
  readonly head: number;
  readonly heading: number;
  readonly food: number;
}

export function drawSnake(state: StateFields, { action }: ShownStep): Drawing {
  const { leaves, clock, head, heading, food } = state as unknown as SnakeFields;
  const size = Math.sqrt(leaves.length);
  const middle = (cell: number): Point => [(cell % size) + 0.5, Math.floor(cell / size) + 0.5];
  const body = leaves
    .map((until, cell) => ({ until, cell }))
    .filter(({ until }) => until > clock)
    .sort((a, b) => a.until - b.until)
    .map(({ cell }) => middle(cell));
  // Angles count counterclockwise, headings clockwise from up.
  const direction = QUARTER * (1 - heading);
  const eye = away(middle(head), EYE.distance, direction);
  const next = direction - QUARTER * ((action?.[0] ?? 1) - 1);
  const margin = MARGIN * size;
  return {
    view: { left: -margin, right: size + margin, bottom: -margin, top: size + margin },
    shapes: [
      frame('muted', WALL_WIDTH, [0, 0], [size, size]),
      ...(food < leaves.length ? [circle('goal', middle(food), FOOD_RADIUS)] : []),
      ...(body.length > 1 ? [line('body', BODY_WIDTH, ...body)] : []),
      circle('limb', middle(head), HEAD_RADIUS),
      circle('ink', eye, EYE.radius),
      ...(action === undefined
        ? []
        : arrow('action', TURN.width, middle(head), away(middle(head), TURN.length, next))),
    ],
  };
}
