/**
 * Draws with the characters of a terminal: each has 2 × 4 dots of Braille, and one color, that of
 * most of its dots.
 */
import { COLORS, type Color, type Drawing, type TextShape } from '../environments/drawing';
import { coveragesOf } from './coverage';
import { type Fit, fitView } from './fit';
import type { Coverage, GridSize } from './grid';

/** Dots of a character. */
const DOT_COLUMNS = 2;
const DOT_ROWS = 4;
/** The character without dots, and the bit of each dot, row by row. */
const BRAILLE = 0x2800;
const DOT_BITS = [0x01, 0x08, 0x02, 0x10, 0x04, 0x20, 0x40, 0x80];

/** The usual sixteen colors, which every terminal adapts to its background. */
const CODES: Readonly<Record<Color, number | undefined>> = {
  ink: undefined,
  muted: 90,
  backdrop: undefined,
  body: 94,
  limb: 33,
  joint: 35,
  goal: 32,
  action: 91,
};
const RESET = '\x1b[0m';

/** How a drawing becomes characters. */
export interface TerminalFrameOptions {
  /** Characters per line. */
  readonly columns: number;
  /** Lines. */
  readonly rows: number;
  /** Whether to use colors. */
  readonly color: boolean;
}

/** A character and its color. */
interface Cell {
  readonly text: string;
  readonly color: Color;
}

const BLANK: Cell = { text: ' ', color: 'ink' };

/** Marks the dots of which at least half is covered with a number. */
function mark(dots: Uint8Array, width: number, { box, values }: Coverage, mark: number): void {
  for (const [index, part] of values.entries()) {
    if (part < 0.5) continue;
    const [row, column] = [Math.floor(index / box.width), index % box.width];
    dots[(box.top + row) * width + box.left + column] = mark;
  }
}

/** The dots of all shapes but texts and backdrops: 0, or 1 + the index of the color. */
function dotsOf({ shapes }: Drawing, fit: Fit, size: GridSize): Uint8Array {
  const dots = new Uint8Array(size.width * size.height);
  for (const shape of shapes) {
    if (shape.type === 'text' || shape.color === 'backdrop') continue;
    for (const coverage of coveragesOf(shape, fit, size)) {
      mark(dots, size.width, coverage, 1 + COLORS.indexOf(shape.color));
    }
  }
  return dots;
}

/** The character of eight dots. */
function cellOf(dots: readonly number[]): Cell {
  const set = dots.filter((dot) => dot > 0);
  if (set.length === 0) return BLANK;
  const bits = dots.reduce((sum, dot, place) => sum + (dot > 0 ? DOT_BITS[place]! : 0), 0);
  const count = (wanted: number): number => set.filter((dot) => dot === wanted).length;
  const most = set.reduce((best, dot) => (count(dot) > count(best) ? dot : best));
  return { text: String.fromCodePoint(BRAILLE + bits), color: COLORS[most - 1]! };
}

/** Writes a text over the characters of a line. */
function write(lines: Cell[][], { text, at, anchor = 'left', color }: TextShape, fit: Fit): void {
  const [x, y] = fit.place(at);
  const line = lines[Math.floor((y - 1) / DOT_ROWS)];
  const part = { left: 0, middle: 0.5, right: 1 }[anchor];
  const begin = Math.round(x / DOT_COLUMNS - part * text.length);
  for (const [index, letter] of [...text].entries()) {
    if (line?.[begin + index]) line[begin + index] = { text: letter, color };
  }
}

/** The characters of a line without blanks at its end, with codes where the color changes. */
function lineOf(cells: readonly Cell[], color: boolean): string {
  let line = '';
  let code: number | undefined;
  const end = cells.findLastIndex((cell) => cell.text !== ' ') + 1;
  for (const cell of cells.slice(0, end)) {
    const next = cell.text === ' ' ? code : CODES[cell.color];
    if (color && next !== code) line += next === undefined ? RESET : `\x1b[${next}m`;
    code = next;
    line += cell.text;
  }
  return color && code !== undefined ? line + RESET : line;
}

/** The lines of a drawing, in its own proportions in the middle; `rows` of them. */
export function terminalFrame(drawing: Drawing, options: TerminalFrameOptions): string[] {
  const { columns, rows, color } = options;
  const size = { width: columns * DOT_COLUMNS, height: rows * DOT_ROWS };
  const fit = fitView(drawing.view, size);
  const dots = dotsOf(drawing, fit, size);
  const lines = Array.from({ length: rows }, (_, row) =>
    Array.from({ length: columns }, (_, column) => {
      const first = row * DOT_ROWS * size.width + column * DOT_COLUMNS;
      return cellOf(
        DOT_BITS.map((_, place) => {
          const [down, across] = [Math.floor(place / DOT_COLUMNS), place % DOT_COLUMNS];
          return dots[first + down * size.width + across]!;
        }),
      );
    }),
  );
  for (const shape of drawing.shapes) if (shape.type === 'text') write(lines, shape, fit);
  return lines.map((cells) => lineOf(cells, color));
}
