/** Characters by hand. */
import { describe, expect, test } from 'vitest';
import { terminalFrame } from '../../src/drawing/terminal-frame';
import { drawState } from '../../src/environments/draw';
import type { Color, Drawing, Shape } from '../../src/environments/drawing';
import { findEnvironment } from '../../src/environments/index';

/** A world with one unit per dot: two by four for each character. */
const world = (columns: number, rows: number, ...shapes: Shape[]): Drawing => ({
  view: { left: 0, right: 2 * columns, bottom: 0, top: 4 * rows },
  shapes,
});

const block = (
  color: Color,
  [left, bottom]: [number, number],
  [right, top]: [number, number],
): Shape => ({
  type: 'polygon',
  points: [
    [left, bottom],
    [right, bottom],
    [right, top],
    [left, top],
  ],
  color,
});

const plain = (columns: number, rows: number, ...shapes: Shape[]): string[] =>
  terminalFrame(world(columns, rows, ...shapes), { columns, rows, color: false });

describe('a dot is set where at least half of it is covered', () => {
  test.each<[string, [number, number], string]>([
    ['upper left', [0, 3], '⠁'],
    ['second left', [0, 2], '⠂'],
    ['third left', [0, 1], '⠄'],
    ['lower left', [0, 0], '⡀'],
    ['upper right', [1, 3], '⠈'],
    ['second right', [1, 2], '⠐'],
    ['third right', [1, 1], '⠠'],
    ['lower right', [1, 0], '⢀'],
  ])('%s', (_, [x, y], character) => {
    expect(plain(1, 1, block('ink', [x, y], [x + 1, y + 1]))).toEqual([character]);
    expect(plain(1, 1, block('ink', [x, y], [x + 1, y + 0.5]))).toEqual([character]);
    expect(plain(1, 1, block('ink', [x, y], [x + 1, y + 0.4]))).toEqual(['']);
  });

  test('all of them', () => {
    expect(plain(2, 1, block('ink', [0, 0], [4, 4]))).toEqual(['⣿⣿']);
  });
});

test('a thin line has no gaps, and lines have no blanks at their end', () => {
  const diagonal: Shape = {
    type: 'line',
    points: [
      [0, 8],
      [8, 0],
    ],
    width: 0,
    color: 'ink',
  };
  // One dot per column of dots: the other diagonal of each character's upper and lower half.
  expect(plain(4, 2, diagonal)).toEqual(['⠑⢄', '  ⠑⢄']);
});

test('a text stands in characters of its own, a backdrop nowhere', () => {
  const label: Shape = { type: 'text', at: [4, 4], text: 'step 3', height: 1, color: 'ink' };
  const lines = plain(10, 2, block('backdrop', [0, 0], [20, 8]), label);
  expect(lines).toEqual(['  step 3', '']);
  const ending: Shape = { ...label, at: [20, 0], anchor: 'right' };
  expect(plain(10, 2, ending)).toEqual(['', '    step 3']);
});

describe('colors', () => {
  const colored = (columns: number, ...shapes: Shape[]): string[] =>
    terminalFrame(world(columns, 1, ...shapes), { columns, rows: 1, color: true });

  test('change with codes, and end with the line', () => {
    const lines = colored(
      4,
      block('body', [0, 0], [4, 4]),
      block('goal', [4, 0], [6, 4]),
      block('ink', [6, 0], [8, 4]),
    );
    expect(lines).toEqual(['\x1b[94m⣿⣿\x1b[32m⣿\x1b[0m⣿']);
    expect(colored(2, block('action', [2, 0], [4, 4]))).toEqual([' \x1b[91m⣿\x1b[0m']);
  });

  test('are those of most dots', () => {
    const few = colored(1, block('goal', [0, 0], [2, 4]), block('body', [0, 0], [2, 1]));
    expect(few).toEqual(['\x1b[32m⣿\x1b[0m']);
    const many = colored(1, block('goal', [0, 0], [2, 4]), block('body', [0, 0], [2, 3]));
    expect(many).toEqual(['\x1b[94m⣿\x1b[0m']);
  });

  test('are not used where they are not wanted', () => {
    expect(plain(1, 1, block('body', [0, 0], [2, 4])).join('')).toBe('⣿');
  });
});

test('a cart with its pole on its rail', () => {
  const step = { observation: [], action: undefined, reward: undefined };
  const drawing = drawState(findEnvironment('CartPole-v1'), { position: 0, angle: 0 }, step);
  // 10.17 dots per meter. The rail is 13.8 dots from the top, the tip of the pole 3.1; the pole is
  // between the dots 29 and 30, the cart four dots wide and two high. The limits are 24.4 dots
  // away.
  expect(terminalFrame(drawing, { columns: 30, rows: 5, color: false })).toEqual([
    '              ⢀⡀',
    '              ⢸⡇',
    '              ⢸⡇',
    '⠐⠒⢺⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠾⠷⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⡗⠒⠂',
    '',
  ]);
});
