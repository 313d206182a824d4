import { describe, expect, test } from 'vitest';
import { Pacer, pictureLines } from '../../src/cli/picture';

describe('a picture is as high as its proportions need', () => {
  const view = { left: 0, right: 4, bottom: 0, top: 1 };
  const linesOf = (columns: number, rows: number): number =>
    pictureLines({ view, shapes: [] }, { columns, rows }, false).length;

  test('with characters twice as high as wide', () => {
    expect(linesOf(40, 24)).toBe(5);
    expect(linesOf(44, 24)).toBe(6);
  });

  test('and no higher than the size or 30 lines', () => {
    expect(linesOf(40, 3)).toBe(3);
    expect(linesOf(40, -1)).toBe(1);
    expect(linesOf(400, 90)).toBe(30);
  });
});

test('pictures follow each other evenly, however long they take', async () => {
  let clock = 100;
  const pauses: number[] = [];
  const pacer = new Pacer({
    now: () => clock,
    pause: async (milliseconds) => {
      pauses.push(milliseconds);
      clock += milliseconds;
    },
  });
  await pacer.wait(40);
  // Making the next one takes 15, the one after it 90, which is too long, the last one 10.
  for (const work of [15, 90, 10]) {
    clock += work;
    await pacer.wait(40);
  }
  expect(pauses).toEqual([40, 25, 0, 30]);
});
