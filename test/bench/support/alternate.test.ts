import { expect, test } from 'vitest';
import { alternate, alternatingOrder } from '../../../bench/support/alternate';
import { startContestant } from '../../../bench/support/contestant';
import { honestContestant } from './fake-contestant';

test('the order within a pair changes from pair to pair', () => {
  expect(alternatingOrder(3)).toEqual([0, 1, 1, 0, 0, 1]);
  expect(alternatingOrder(0)).toEqual([]);
});

test('turns come in that order, and ratios are those of neighbours', async () => {
  const turns: string[] = [];
  // The machine slows down by a tenth with every turn.
  const runner = (name: string, rate: number) => ({
    run: async (seconds: number) => {
      const drift = 0.9 ** turns.length;
      turns.push(`${name} ${seconds}`);
      return { steps: rate * drift * seconds, seconds };
    },
  });
  const duel = await alternate(runner('a', 200), runner('b', 100), { pairs: 2, seconds: 5 });
  expect(turns).toEqual(['a 5', 'b 5', 'b 5', 'a 5']);
  expect(duel.first.map(Math.round)).toEqual([200, 146]);
  expect(duel.second.map(Math.round)).toEqual([90, 81]);
  expect(duel.ratios[0]).toBeCloseTo(2 / 0.9, 10);
  expect(duel.ratios[1]).toBeCloseTo(2 * 0.9, 10);
});

test('two processes take turns', async () => {
  const first = await startContestant('first', honestContestant(300), 20);
  const second = await startContestant('second', honestContestant(100), 20);
  const duel = await alternate(first, second, { pairs: 3, seconds: 1 });
  await Promise.all([first.quit(), second.quit()]);
  expect(duel).toEqual({ first: [300, 300, 300], second: [100, 100, 100], ratios: [3, 3, 3] });
});
