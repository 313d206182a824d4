/** Connect Four: the stones of both players, and where the player to move drops the next one. */
import type { Color, Drawing, Shape, ShownStep } from './drawing';
import { circle, rectangle } from './shapes';
import type { StateFields } from './state-fields';

// Lengths are in cells.
const [COLUMNS, ROWS] = [7, 6];
const RADIUS = 0.4;
const MARGIN = 0.3;
/** Of whoever has begun, and of the other. */
const COLORS = ['goal', 'limb'] as const satisfies readonly Color[];

/** Stones of the player to move and of the other in one column, as bits from below. */
type Column = readonly [mover: number, other: number];

const stonesIn = (bits: number): number[] =>
  Array.from({ length: ROWS }, (_, row) => row).filter((row) => (bits >> row) & 1);

function columnShapes(column: Column, index: number, mover: number): Shape[] {
  const holes = Array.from({ length: ROWS }, (_, row) =>
    circle('backdrop', [index + 0.5, row + 0.5], RADIUS),
  );
  const stones = column.flatMap((bits, other) =>
    stonesIn(bits).map((row) =>
      circle(COLORS[(mover + other) % 2]!, [index + 0.5, row + 0.5], RADIUS),
    ),
  );
  return [...holes, ...stones];
}

export function drawConnectFour({ stones }: StateFields, { action }: ShownStep): Drawing {
  const columns = stones as unknown as readonly Column[];
  const count = columns.flat().reduce((sum, bits) => sum + stonesIn(bits).length, 0);
  // Who has begun moves while the number of stones is even.
  const mover = count % 2;
  return {
    view: { left: -MARGIN, right: COLUMNS + MARGIN, bottom: -MARGIN, top: ROWS + 1 + MARGIN },
    shapes: [
      rectangle('muted', [-0.1, -0.1], [COLUMNS + 0.1, ROWS + 0.1]),
      ...columns.flatMap((column, index) => columnShapes(column, index, mover)),
      ...(action ? [circle(COLORS[mover]!, [action[0]! + 0.5, ROWS + 0.6], RADIUS)] : []),
    ],
  };
}
