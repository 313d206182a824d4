/** The policies out of a run's past. */
import { expect, test } from 'vitest';
import { Timeline } from '../../page/worker/timeline';
import type { Policy } from '../../src/index';

const policy = (size: number, value = 0): Policy => ({
  parameters: new Float32Array(size).fill(value),
});

/** Keeps one policy after another, each when it is due. */
function fill(timeline: Timeline, count: number, size = 1): number {
  let now = 0;
  for (let iteration = 0; iteration < count; iteration++) {
    while (!timeline.isDue(now)) now += 1;
    timeline.keep(iteration, policy(size, iteration), now);
  }
  return now;
}

test('it keeps them by their iterations', () => {
  const timeline = new Timeline();
  expect(timeline.newest).toBeUndefined();
  fill(timeline, 5);
  expect(timeline.iterations).toEqual([0, 1, 2, 3, 4]);
  expect(timeline.at(3)!.parameters[0]).toBe(3);
  expect(timeline.at(5)).toBeUndefined();
  expect(timeline.newest).toBe(timeline.at(4));
});

test('of a long run it keeps fewer, evenly, from the first to the last', () => {
  const timeline = new Timeline();
  const now = fill(timeline, 101);
  expect(timeline.iterations).toEqual(Array.from({ length: 51 }, (_, index) => 2 * index));
  expect([timeline.isDue(now + 1999), timeline.isDue(now + 2000)]).toEqual([false, true]);
});

test('of large policies it keeps fewer', () => {
  const timeline = new Timeline();
  fill(timeline, 30, 4e6);
  expect(timeline.iterations.length).toBeLessThanOrEqual(4);
  expect(timeline.iterations[0]).toBe(0);
});

test('what came after an iteration can be forgotten', () => {
  const timeline = new Timeline();
  fill(timeline, 5);
  timeline.goBackTo(2);
  expect(timeline.iterations).toEqual([0, 1, 2]);
});
