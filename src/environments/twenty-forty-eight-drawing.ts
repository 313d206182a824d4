/** 2048: the tiles with their numbers, and an arrow beside the board where they are moved to. */
import type { Color, Drawing, Point, Shape, ShownStep } from './drawing';
import { arrow, label, rectangle } from './shapes';
import type { StateFields } from './state-fields';

// Lengths are in cells.
const SIDE = 4;
const GAP = 0.06;
const MARGIN = 0.7;
const ARROW = { from: 0.12, to: 0.58, width: 0.09 };
/** Of a number, by how many digits it has. */
const HEIGHTS = [0.4, 0.4, 0.3, 0.22, 0.18, 0.15];
/** Of a tile, by its exponent: small ones, middle ones, and those from 512 on. */
const COLORS: readonly (readonly [from: number, color: Color])[] = [
  [9, 'goal'],
  [6, 'limb'],
  [3, 'body'],
  [1, 'muted'],
];
/** Up, right, down, left. */
const WAYS: readonly Point[] = [
  [0, 1],
  [1, 0],
  [0, -1],
  [-1, 0],
];

function tileShapes(exponent: number, cell: number): Shape[] {
  const [left, bottom] = [cell % SIDE, SIDE - 1 - Math.floor(cell / SIDE)];
  const square = (color: Color, gap: number): Shape =>
    rectangle(color, [left + gap, bottom + gap], [left + 1 - gap, bottom + 1 - gap]);
  if (exponent === 0) return [square('backdrop', GAP)];
  const color = COLORS.find(([from]) => exponent >= from)![1];
  const text = `${2 ** exponent}`;
  const height = HEIGHTS[text.length - 1]!;
  return [
    square(color, GAP),
    square('backdrop', 2 * GAP),
    label('ink', [left + 0.5, bottom + 0.5 - height / 2], height, text, 'middle'),
  ];
}

/** An arrow in the margin on the side that the tiles move to. */
function moveArrow([x, y]: Point): Shape[] {
  const at = (distance: number): Point => [
    SIDE / 2 + x * (SIDE / 2 + distance),
    SIDE / 2 + y * (SIDE / 2 + distance),
  ];
  return arrow('action', ARROW.width, at(ARROW.from), at(ARROW.to));
}

export function drawTwentyFortyEight({ tiles }: StateFields, { action }: ShownStep): Drawing {
  return {
    view: { left: -MARGIN, right: SIDE + MARGIN, bottom: -MARGIN, top: SIDE + MARGIN },
    shapes: [
      ...(tiles as readonly number[]).flatMap(tileShapes),
      ...(action === undefined ? [] : moveArrow(WAYS[action[0]!]!)),
    ],
  };
}
