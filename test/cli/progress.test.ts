import { describe, expect, test } from 'vitest';
import {
  createProgress,
  formatFault,
  formatLiveLine,
  formatPlainLine,
} from '../../src/cli/progress';
import { agentMetrics, makeReport, Recorder } from './reports';

const ONE = makeReport(43, [123.456]);
const THREE = makeReport(43, [100, Number.NaN, 150]);

describe('a fault', () => {
  const skipping = (environments: number, updates: number) => ({
    ...agentMetrics(1, 0),
    'guards/faulty_environments': environments,
    'guards/skipped_updates': updates,
    fault: environments > 0 ? ('reward' as const) : ('gradient' as const),
  });
  const said = (environments: number, updates: number) =>
    formatFault({ ...ONE, agents: [agentMetrics(1, 0), skipping(environments, updates)] });

  test('names iteration, agent, quantity and how much of it there was', () => {
    expect(said(1, 1)).toBe(
      'iteration 43, agent 1: reward is not finite in 1 environment; 1 update skipped',
    );
    expect(said(1000, 16)).toBe(
      'iteration 43, agent 1: reward is not finite in 1,000 environments; 16 updates skipped',
    );
    expect(said(0, 2)).toBe('iteration 43, agent 1: gradient is not finite; 2 updates skipped');
  });

  test('that is none is nothing', () => {
    expect(formatFault(THREE)).toBeUndefined();
  });
});

describe('a line', () => {
  test('shows steps, speed, return, KL and the time left', () => {
    expect(formatPlainLine(ONE)).toBe(
      ' 43%  43,000/100,000 steps  10.0k steps/s  return 123.5  KL 0.0040  ETA 0:06',
    );
  });

  test('shows the mean over the agents that have a value and the range', () => {
    expect(formatPlainLine(THREE)).toBe(
      ' 43%  43,000/100,000 steps x 3 agents  30.0k steps/s  ' +
        'return 125.0 (100.0..150.0)  KL 0.0080 (0.0040..0.0120)  ETA 0:06',
    );
  });

  test('shows a dash before the first episode has ended and before the speed is known', () => {
    const first = makeReport(1, [Number.NaN]);
    expect(formatPlainLine(first, first)).toBe(
      '  1%  1,000/100,000 steps  - steps/s  return -  KL 0.0040  ETA -',
    );
  });
});

describe('a live line', () => {
  test('has a bar where there is room', () => {
    expect(formatLiveLine(ONE, 120)).toBe(`[########------------] ${formatPlainLine(ONE)}`);
  });

  test('gives up the bar first, then the ranges, and is cut at last', () => {
    const full = formatPlainLine(THREE);
    expect(formatLiveLine(THREE, full.length)).toBe(full);
    expect(formatLiveLine(THREE, 100)).toBe(
      ' 43%  43,000/100,000 steps x 3 agents  30.0k steps/s  return 125.0  KL 0.0080  ETA 0:06',
    );
    expect(formatLiveLine(THREE, 20)).toBe(' 43%  43,000/100,000');
  });
});

describe('speed and time left', () => {
  // Compiled for 10 s, then 1,000 steps in each tenth of a second.
  const late = (iteration: number) => ({
    ...makeReport(iteration, [1]),
    seconds: 10 + iteration / 10,
    'charts/SPS': (1000 * iteration) / (10 + iteration / 10),
  });

  test.each([
    ['elsewhere', new Recorder()],
    ['on a terminal', new Recorder(true, 100)],
  ])('leave the first iteration out, in which drivers compile, %s', (_, stream) => {
    let now = 0;
    const progress = createProgress(stream, () => now);
    for (const iteration of [1, 11]) {
      now = 1000 * late(iteration).seconds;
      progress.report(late(iteration));
    }
    progress.end();
    expect(stream.text).toContain('1,000/100,000 steps  - steps/s  return 1.0  KL 0.0040  ETA -');
    expect(stream.text).toContain('11,000/100,000 steps  10.0k steps/s');
    // 89 iterations of a tenth of a second.
    expect(stream.text).toContain('ETA 0:09');
  });
});

/** Reports a run of 100 iterations that lasts `seconds`, and returns what was written. */
function writeRun(stream: Recorder, seconds: number): Recorder {
  let now = 0;
  const progress = createProgress(stream, () => now);
  for (let iteration = 1; iteration <= 100; iteration++) {
    now = (iteration / 100) * seconds * 1000;
    progress.report(makeReport(iteration, [iteration]));
  }
  progress.end();
  return stream;
}

describe('elsewhere than on a terminal', () => {
  test.each([
    [1, 2],
    [10, 6],
    [60, 21],
    [3600, 101],
  ])(
    'a run of %i s writes about %i lines, the first and the last report among them',
    (s, count) => {
      const { lines } = writeRun(new Recorder(), s);
      expect(Math.abs(lines.length - count)).toBeLessThanOrEqual(1);
      const first = makeReport(1, [1]);
      expect(lines[0]).toBe(formatPlainLine(first, first));
      expect(lines.at(-1)).toBe(formatPlainLine(makeReport(100, [100]), first));
      expect(new Set(lines).size).toBe(lines.length);
    },
  );
});

describe('on a terminal', () => {
  test('the line is rewritten in place, at most 10 times per second', () => {
    const { text } = writeRun(new Recorder(true, 100), 2);
    const drawings = text.split('\r\x1b[K').slice(1);
    expect(drawings.length).toBeGreaterThan(15);
    expect(drawings.length).toBeLessThanOrEqual(22);
    expect(text.match(/\n/g)).toHaveLength(1);
    const last = formatLiveLine(makeReport(100, [100]), 99, makeReport(1, [1]));
    expect(drawings.at(-1)).toBe(`${last}\n`);
  });

  test.each([
    [40, 39],
    [undefined, 79],
    [0, 79],
  ])('with %s columns no line is longer than %i characters', (columns, longest) => {
    const drawings = writeRun(new Recorder(true, columns), 2).text.split('\r\x1b[K').slice(1);
    const lengths = drawings.map((line) => line.trimEnd().length);
    expect(Math.max(...lengths)).toBeLessThanOrEqual(longest);
    expect(Math.max(...lengths)).toBeGreaterThan(longest - 10);
  });

  test('a note stays above the line', () => {
    const stream = new Recorder(true, 100);
    const progress = createProgress(stream, () => 0);
    progress.report(ONE);
    progress.note('finishing');
    const line = formatLiveLine(ONE, 99, ONE);
    expect(stream.text).toBe(`\r\x1b[K${line}\r\x1b[Kfinishing\n${line}`);
  });

  test('nothing is written for a run without reports', () => {
    const stream = new Recorder(true, 100);
    createProgress(stream, () => 0).end();
    expect(stream.text).toBe('');
  });
});
