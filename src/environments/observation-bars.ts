/** The drawing of environments that have none of their own: a bar for every observed number. */
import type { EnvironmentDefinition, ObservationField } from './definition';
import type { Drawing, Shape, ShownStep } from './drawing';
import { label, line, rectangle } from './shapes';

/** The number of rows that a drawing is high at least, and its width in rows. */
const LEAST_ROWS = 4;
const WIDTH = 12;
/** Where the bars lie; names stand to the left of them. */
const BARS = { left: 4.6, right: 11.6 };
const TEXT_HEIGHT = 0.34;
/** Most characters of a name, so that it ends before the bars. */
const NAME_LENGTH = 16;

/** Where a number lies between its bounds, 0 … 1; without bounds, half of the way is at ±1. */
function partOf(value: number, { low, high }: ObservationField): number {
  const bounded = Number.isFinite(low) && Number.isFinite(high) && low < high;
  const part = bounded ? (value - low) / (high - low) : 0.5 + (0.5 * value) / (1 + Math.abs(value));
  return Number.isFinite(part) ? Math.min(Math.max(part, 0), 1) : 0.5;
}

function bar(field: ObservationField, value: number, bottom: number): Shape[] {
  const xOf = (part: number): number => BARS.left + part * (BARS.right - BARS.left);
  const middle = xOf(partOf(0, field));
  const end = xOf(partOf(value, field));
  const [low, high] = [bottom + 0.2, bottom + 0.8];
  return [
    rectangle('backdrop', [BARS.left, low], [BARS.right, high]),
    rectangle('body', [Math.min(middle, end), low], [Math.max(middle, end), high]),
    line('ink', 0.06, [end, low], [end, high]),
    line('muted', 0.04, [middle, bottom + 0.1], [middle, bottom + 0.9]),
    label(
      'ink',
      [0.3, bottom + 0.5 - TEXT_HEIGHT / 2],
      TEXT_HEIGHT,
      field.name.slice(0, NAME_LENGTH),
    ),
  ];
}

/** The numbers of an observation between their bounds, from the zero on. */
export function drawObservation(
  { observation: fields }: Pick<EnvironmentDefinition, 'observation'>,
  { observation }: ShownStep,
): Drawing {
  const rows = Math.max(LEAST_ROWS, fields.length);
  return {
    view: { left: 0, right: WIDTH, bottom: 0, top: rows },
    shapes: fields.flatMap((field, index) => bar(field, observation[index]!, rows - 1 - index)),
  };
}
