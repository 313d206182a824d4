/** TokenWriter: the prompt and the answer so far, the next token, and the score at the end. */
import type { DataTables } from './data-table';
import type { Color, Drawing, Point, Shape, ShownStep } from './drawing';
import { frame, label, rectangle } from './shapes';
import type { StateFields } from './state-fields';
import { PROMPT_LENGTH, TOKENS } from './token-writer-model';

// Lengths are in places.
const INSET = 0.08;
const BORDER = 0.05;
const LETTER_HEIGHT = 0.45;
const SCORE_HEIGHT = 0.4;
const MARGIN = 0.4;
/** Between a prompt and its answer. */
const GAP = 0.3;
const POINTS = 0.1;

interface WriterFields {
  readonly tokens: readonly number[];
  readonly written: number;
}

/** The score of a whole sequence, in points. */
function scoreOf(tokens: readonly number[], tables: DataTables): number {
  const [input, biases, output] = ['INPUT_WEIGHTS', 'BIASES', 'OUTPUT_WEIGHTS'].map(
    (name) => tables[name]!.values,
  );
  let score = 0;
  for (let h = 0; h < biases!.length; h++) {
    const sum = tokens.reduce(
      (total, token, place) =>
        total + input![(place * TOKENS.length + token) * biases!.length + h]!,
      biases![h]!,
    );
    score += output![h]! * Math.max(sum, 0);
  }
  return POINTS * score;
}

/** @param color of the token, if there is one */
function placeShapes(place: number, token: number | undefined, color: Color): Shape[] {
  const left = place + (place < PROMPT_LENGTH ? 0 : GAP);
  const [low, high]: readonly Point[] = [
    [left + INSET, INSET],
    [left + 1 - INSET, 1 - INSET],
  ];
  const at: Point = [left + 0.5, 0.5 - LETTER_HEIGHT / 2];
  return [
    rectangle('backdrop', low!, high!),
    frame(color, BORDER, low!, high!),
    ...(token === undefined ? [] : [label(color, at, LETTER_HEIGHT, TOKENS[token]!, 'middle')]),
  ];
}

export function drawTokenWriter(state: StateFields, { action, tables }: ShownStep): Drawing {
  const { tokens, written } = state as unknown as WriterFields;
  const tokenAt = (place: number): number | undefined => {
    if (place < written) return tokens[place];
    return place === written ? action?.[0] : undefined;
  };
  const colorOf = (place: number): Color => {
    if (place < PROMPT_LENGTH) return 'ink';
    if (place < written) return 'body';
    return place === written ? 'action' : 'muted';
  };
  const right = tokens.length + GAP;
  const at: Point = [right - INSET, -2 * SCORE_HEIGHT];
  const score = (): string => `SCORE ${scoreOf(tokens, tables!).toFixed(1)}`;
  const view = {
    left: -MARGIN,
    right: right + MARGIN,
    bottom: at[1] - MARGIN,
    top: 1 + 2 * MARGIN,
  };
  return {
    view,
    shapes: [
      ...tokens.flatMap((_, place) => placeShapes(place, tokenAt(place), colorOf(place))),
      ...(written < tokens.length ? [] : [label('ink', at, SCORE_HEIGHT, score(), 'right')]),
    ],
  };
}
