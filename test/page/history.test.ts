/** Reports as columns, and where a run goes back. */
import { expect, test } from 'vitest';
import { ENVIRONMENT_IDS, goalOf } from '../../page/goals';
import type { TimedReport } from '../../page/messages';
import { History } from '../../page/ui/history';
import { duration, short, whole } from '../../page/ui/numbers';
import { ENVIRONMENTS } from '../../src/index';
import { makeReport } from '../cli/reports';

/** 100 steps and a tenth of a second per iteration. */
const reportOf = (iteration: number): TimedReport => ({
  ...makeReport(iteration, [iteration]),
  timesteps: 100 * iteration,
  active: iteration / 10,
});

function historyOf(iterations: number): History {
  const history = new History();
  for (let iteration = 1; iteration <= iterations; iteration++) history.add(reportOf(iteration));
  return history;
}

test('columns grow together', () => {
  const history = historyOf(4);
  expect(history.steps).toEqual([100, 200, 300, 400]);
  expect(history.seconds).toEqual([0.1, 0.2, 0.3, 0.4]);
  expect(history.metrics.return).toEqual([1, 2, 3, 4]);
  for (const column of Object.values(history.metrics)) expect(column.length).toBe(4);
});

test('an agent that joins has gaps before, and the first its own metrics', () => {
  const history = historyOf(2);
  const both = makeReport(3, [3, 30]);
  history.add({ ...reportOf(3), agents: both.agents });
  expect(history.agents).toBe(2);
  expect(history.ofAgents('return')).toEqual([
    [1, 2, 3],
    [null, null, 30],
  ]);
  expect(history.ofAgents('speed')[1]!.length).toBe(3);
  history.goBackTo(2);
  expect(history.ofAgents('return')).toEqual([
    [1, 2],
    [null, null],
  ]);
  history.clear();
  expect(history.agents).toBe(1);
});

test('what is no number is a gap', () => {
  const history = new History();
  history.add({ ...reportOf(1), ...{ agents: makeReport(1, [Number.NaN]).agents } });
  expect(history.metrics.return).toEqual([null]);
});

test('a run that goes back to a checkpoint forgets what came after it', () => {
  const history = historyOf(5);
  history.goBackTo(3);
  expect(history.iterations).toEqual([1, 2, 3]);
  expect(history.metrics.return).toEqual([1, 2, 3]);
  history.goBackTo(7);
  expect(history.length).toBe(3);
  history.clear();
  expect(history.length).toBe(0);
});

test('it also counts no episode twice, and stands where the checkpoint was made', () => {
  const history = historyOf(5);
  // Three episodes in each report.
  expect(history.episodes).toBe(15);
  history.goBackTo(3);
  expect(history.episodes).toBe(9);
  expect(history.last).toEqual({
    ...{ iteration: 3, iterations: 100, steps: 300, seconds: 0.3, meanReturn: 3 },
  });
  history.add(reportOf(4));
  expect(history.episodes).toBe(12);
  history.goBackTo(0);
  expect([history.episodes, history.last]).toEqual([0, undefined]);
});

test('the speed is that of the last half second', () => {
  const history = historyOf(20);
  expect(history.speed()).toBeCloseTo(1000, 6);
  history.add({ ...reportOf(21), timesteps: 2000, active: 2.5 });
  expect(history.speed()).toBeCloseTo(0, 6);
  expect(Number.isNaN(historyOf(1).speed())).toBe(true);
});

test('every built-in environment has its goal in words', () => {
  expect(ENVIRONMENT_IDS).toEqual(ENVIRONMENTS.map(({ id }) => id));
  expect(goalOf('Mine-v0')).toBe('to act in Mine-v0');
});

test('numbers are short', () => {
  const texts = [0, 0.00012, 0.0123, 1.234, 12.34, 475.3, 54_210, 8_419_835, null].map(short);
  expect(texts).toEqual(['0', '1e-4', '0.012', '1.23', '12.3', '475', '54k', '8.42M', '–']);
  expect([whole(215_040), duration(3.24), duration(80)]).toEqual([
    '215,040',
    '3.2 s',
    '1 min 20 s',
  ]);
});
