/** Letters of 3 × 5 squares, for the few words in pictures. */
import type { Point, TextShape } from '../environments/drawing';
import type { Fit } from './fit';

/** Columns and rows of a letter, and columns from one letter to the next. */
const COLUMNS = 3;
export const LETTER_ROWS = 5;
const ADVANCE = COLUMNS + 1;

/** The rows of each letter from the top, each an octal digit whose bits are its squares. */
const GLYPHS: Readonly<Record<string, string>> = {
  A: '25755',
  B: '65656',
  C: '34443',
  D: '65556',
  E: '74647',
  F: '74644',
  G: '34553',
  H: '55755',
  I: '72227',
  J: '11152',
  K: '55655',
  L: '44447',
  M: '57755',
  N: '65555',
  O: '25552',
  P: '65644',
  Q: '25563',
  R: '65655',
  S: '34216',
  T: '72222',
  U: '55557',
  V: '55552',
  W: '55775',
  X: '55255',
  Y: '55222',
  Z: '71247',
  0: '75557',
  1: '26227',
  2: '61247',
  3: '61216',
  4: '55711',
  5: '74616',
  6: '34757',
  7: '71222',
  8: '75757',
  9: '75716',
  '.': '00002',
  ',': '00024',
  ':': '02020',
  '-': '00700',
  '+': '02720',
  '/': '11244',
  '=': '07070',
  '%': '51245',
  '(': '12221',
  ')': '42224',
  "'": '22000',
  _: '00007',
};

/** Stands for what has no letter. */
const UNKNOWN = '77777';

/** A text in units of the squares that its letters are made of. */
export interface TextSquares {
  /** The column and row of each, from the upper left corner. */
  readonly squares: readonly Point[];
  /** Of the whole text. */
  readonly columns: number;
  /** The part of the columns that lies before the anchor. */
  readonly before: number;
}

export function textSquares({ text, anchor = 'left' }: TextShape): TextSquares {
  return {
    squares: [...text.toUpperCase()].flatMap((letter, index) =>
      squaresOf(letter).map(([column, row]) => [index * ADVANCE + column, row] as const),
    ),
    columns: text.length * ADVANCE - 1,
    before: { left: 0, middle: 0.5, right: 1 }[anchor],
  };
}

/** The squares of a text, as polygons in the coordinates of the grid, on whole pixels. */
export function glyphSquares(shape: TextShape, fit: Fit): Point[][] {
  const unit = Math.max(1, Math.round((shape.height * fit.scale) / LETTER_ROWS));
  const [x, y] = fit.place(shape.at);
  const { squares, columns, before } = textSquares(shape);
  const left = Math.round(x - before * columns * unit);
  const top = Math.round(y) - LETTER_ROWS * unit;
  return squares.map(([column, row]) => square(left + column * unit, top + row * unit, unit));
}

function squaresOf(letter: string): Point[] {
  if (letter === ' ') return [];
  const rows = Object.hasOwn(GLYPHS, letter) ? GLYPHS[letter]! : UNKNOWN;
  return [...rows].flatMap((digit, row) =>
    [0, 1, 2]
      .filter((column) => (Number(digit) >> (COLUMNS - 1 - column)) & 1)
      .map((column) => [column, row] as const),
  );
}

function square(left: number, top: number, side: number): Point[] {
  return [
    [left, top],
    [left + side, top],
    [left + side, top + side],
    [left, top + side],
  ];
}
