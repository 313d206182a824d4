/** The rules of Connect Four, one by one, on the device and by the twin. */
import { beforeAll, describe, expect, test } from 'vitest';
import {
  type ConnectFourState,
  connectFourFields,
  LINES,
  type Stone,
} from '../reference/connect-four';
import { TWINS } from '../reference/environments';
import { Rng, STREAM } from '../reference/rng';
import { openTestGpu } from '../support/gpu';
import { stepOf, stepsOf } from './rule-steps';

const ID = 'ConnectFour-v0';

/** A board as it looks, the uppermost row first: x the player to move, o the other. */
function board(...rows: readonly string[]): ConnectFourState {
  const fromBelow = rows.toReversed();
  const columns = Array.from({ length: 7 }, (_, column) =>
    fromBelow.flatMap((row): Stone[] => {
      const mark = row[column];
      return mark === 'x' ? [0] : mark === 'o' ? [1] : [];
    }),
  );
  return { columns };
}

const fieldsOf = (...rows: readonly string[]) => connectFourFields(board(...rows));

/** What dropping into a column brings. */
async function drop(column: number, ...rows: readonly string[]) {
  const { reward, terminated } = await stepOf(ID, fieldsOf(...rows), column);
  return { reward, terminated };
}

const WON = { reward: 1, terminated: true };
const GOES_ON = { reward: 0, terminated: false };

beforeAll(async () => void (await openTestGpu()));

describe('four in a row win', () => {
  test.each<[string, number, string[]]>([
    ['horizontally', 3, ['xxx.ooo']],
    ['horizontally with the last one in the middle', 2, ['xx.xooo']],
    ['at the right border', 6, ['oooxxx.']],
    ['upright', 0, ['x......', 'x.o....', 'x.oo...']],
    ['at the top of a column', 6, ['......x', '......x', '......x', '......o', '......o']],
    ['on a rising diagonal', 3, ['..xo...', '.xoo...', 'xoox...']],
    ['on a falling diagonal', 0, ['ox.....', 'xox....', 'oxox...']],
    ['on a diagonal, in its middle', 2, ['...x...', '...o...', '.xoo...', 'xooo...']],
  ])('%s', async (_, column, rows) => {
    expect(await drop(column, ...rows)).toEqual(WON);
  });

  test('five count as well', async () => {
    expect(await drop(2, 'xx.xxoo')).toEqual(WON);
  });
});

describe('nothing else wins', () => {
  test.each<[string, number, string[]]>([
    ['three in a row', 2, ['xx..ooo']],
    ['four with a gap', 3, ['xx..x..']],
    ['stones of both', 3, ['xxo.xoo']],
    // The highest cells of a column and the lowest of the next one are neighbours in a list.
    [
      'the upper end of a column and the lower end of the next',
      1,
      ['x......', 'x......', 'x......', 'o......', 'o......', 'o......'],
    ],
    ['the right border and the left one', 0, ['....xxx']],
    ['a diagonal over a border', 2, ['..o....', '..x....', '..o...x', '..x..xo', '..o.xoo']],
    ['four of the other player', 6, ['oooo...']],
  ])('%s', async (_, column, rows) => {
    expect(await drop(column, ...rows)).toEqual(GOES_ON);
  });
});

test('a stone falls onto those below, and then the other one is to move', async () => {
  const { fields, observation } = await stepOf(ID, fieldsOf('o......', 'xo.....'), 0);
  // From the other's view the stones have changed hands.
  expect(fields).toEqual(fieldsOf('o......', 'x......', 'ox.....'));
  const seen = (owner: number, column: number): number[] => {
    const first = 42 * owner + 6 * column;
    return [...observation.slice(first, first + 6)];
  };
  expect(seen(0, 0)).toEqual([0, 1, 0, 0, 0, 0]);
  expect(seen(1, 0)).toEqual([1, 0, 1, 0, 0, 0]);
  expect(seen(0, 1)).toEqual([1, 0, 0, 0, 0, 0]);
  expect(observation).toHaveLength(84);
  expect(observation.filter((bit) => bit === 1)).toHaveLength(4);
});

/** No four in a row of either, with one cell left in the last column. */
const NEARLY_FULL = ['oxoxox.', 'oxoxoxo', 'xoxoxox', 'xoxoxox', 'oxoxoxo', 'oxoxoxo'];

test('a full board is a draw, unless the last stone wins', async () => {
  expect(await drop(6, ...NEARLY_FULL)).toEqual({ reward: 0, terminated: true });
  const won = NEARLY_FULL.map((row, index) =>
    index > 0 && index < 4 ? `${row.slice(0, 6)}x` : row,
  );
  expect(await drop(6, ...won)).toEqual(WON);
});

test('a full column is forbidden, and loses the game', async () => {
  const rows = ['o......', 'x......', 'o......', 'x......', 'o......', 'x......'];
  expect(TWINS[ID]!.actionMask!(board(...rows))).toEqual([
    ...[false, true, true, true, true, true, true],
  ]);
  const steps = await stepsOf(ID, [{ fields: fieldsOf(...rows), action: 0 }]);
  const [{ fields, reward, terminated }] = steps as [(typeof steps)[number]];
  expect({ reward, terminated }).toEqual({ reward: -1, terminated: true });
  expect(fields).toEqual(fieldsOf(...rows));
});

const startsOf = (count: number): ConnectFourState[] =>
  Array.from({ length: count }, (_, n) =>
    TWINS[ID]!.reset(new Rng({ seed: 1, stream: STREAM.reset, domain: 0 }, 0, 0, n)),
  ) as ConnectFourState[];

test('a game begins with 0 to 12 stones, dropped in turn into random columns', () => {
  const starts = startsOf(2600);
  const counts = starts.map(({ columns }) => {
    const stones = columns.flat();
    return { all: stones.length, other: stones.filter((stone) => stone === 1).length };
  });
  // The other one has dropped the last stone.
  expect(counts.every(({ all, other }) => other === Math.ceil(all / 2))).toBe(true);
  for (let all = 0; all <= 12; all++) {
    const found = counts.filter((count) => count.all === all).length;
    expect(Math.abs(found - 200), `${all} stones`).toBeLessThan(60);
  }
  const inColumns = Array.from({ length: 7 }, (_, column) =>
    starts.reduce((sum, { columns }) => sum + columns[column]!.length, 0),
  );
  // 2,600 games with 6 stones on average, in 7 columns.
  for (const found of inColumns) expect(Math.abs(found - 2229)).toBeLessThan(220);
});

test('nobody has won when a game begins, though many could at once', () => {
  const rng = new Rng({ seed: 1, stream: STREAM.step, domain: 0 }, 0, 0, 0);
  const drops = Array.from({ length: 7 }, (_, column) => column);
  const wins = (state: ConnectFourState): number =>
    drops.filter((column) => TWINS[ID]!.step(state, [column], rng).reward === 1).length;
  const starts = startsOf(1000);
  expect(starts.filter((state) => wins(state) > 0).length).toBeGreaterThan(50);
  const hasFour = ({ columns }: ConnectFourState, owner: Stone): boolean =>
    LINES.some((line) => line.every(([column, row]) => columns[column]![row] === owner));
  expect(starts.some((state) => hasFour(state, 0) || hasFour(state, 1))).toBe(false);
});
