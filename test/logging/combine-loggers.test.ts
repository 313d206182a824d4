import { expect, test, vi } from 'vitest';
import { combineLoggers } from '../../src/logging/combine-loggers';
import type { LogEntry, Logger } from '../../src/logging/logger';
import { metricsLogger } from '../../src/logging/metric-lines';
import { MemorySink } from '../../src/logging/sink';
import { makeReport } from '../cli/reports';
import { FullDisk, textOf } from './entries';

const note = (text: string): LogEntry => ({ type: 'note', text, iteration: 1, timesteps: 100 });
const iteration = (index: number): LogEntry => ({
  type: 'iteration',
  report: makeReport(index, [index]),
});
const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));

/** A logger that keeps the texts of notes, and what was called. */
function recorder(over: Partial<Logger> = {}) {
  const said: string[] = [];
  const logger: Logger = {
    name: 'recorder',
    log: (entry) => void said.push(entry.type === 'note' ? entry.text : entry.type),
    flush: async () => void said.push('flush'),
    close: async () => void said.push('close'),
    ...over,
  };
  return { logger, said };
}

test('every logger gets every entry, and is closed', async () => {
  const [one, other] = [recorder(), recorder()];
  const all = combineLoggers([one.logger, other.logger], () => {});
  all.log(note('a'));
  await all.flush();
  all.log(iteration(1));
  await all.close();
  expect(one.said).toEqual(['a', 'flush', 'iteration', 'flush', 'close']);
  expect(other.said).toEqual(one.said);
});

test('flushes do not overlap, and what was logged during one is flushed by the next', async () => {
  const endings: (() => void)[] = [];
  let flushes = 0;
  const flush = (): Promise<void> => {
    flushes += 1;
    return new Promise((resolve) => endings.push(resolve));
  };
  const { logger } = recorder({ flush });
  const all = combineLoggers([logger], () => {});
  all.log(note('a'));
  void all.flush();
  for (const text of ['b', 'c']) all.log(note(text));
  void all.flush();
  await settled();
  expect(flushes).toBe(1);
  endings.shift()!();
  await settled();
  expect(flushes).toBe(2);
  endings.shift()!();
  await settled();
  expect(flushes).toBe(2);
});

test('what is logged is flushed about once a second, and at once on demand', async () => {
  vi.useFakeTimers();
  try {
    const { logger, said } = recorder();
    const all = combineLoggers([logger], () => {});
    all.log(note('a'));
    await vi.advanceTimersByTimeAsync(900);
    all.log(note('b'));
    expect(said).toEqual(['a', 'b']);
    await vi.advanceTimersByTimeAsync(200);
    expect(said).toEqual(['a', 'b', 'flush']);
    all.log(note('c'));
    await all.flush();
    expect(said.slice(3)).toEqual(['c', 'flush']);
    await vi.advanceTimersByTimeAsync(5000);
    expect(said.length).toBe(5);
  } finally {
    vi.useRealTimers();
  }
});

test('a full disk is one warning, and the other loggers go on', async () => {
  const warnings: string[] = [];
  const whole = new MemorySink();
  const full = new FullDisk(1000);
  const all = combineLoggers([metricsLogger(full), metricsLogger(whole)], (text) =>
    warnings.push(text),
  );
  for (let index = 1; index <= 20; index++) {
    all.log(iteration(index));
    await all.flush();
  }
  await all.close();
  expect(warnings).toEqual(['metrics.jsonl: no space left; training goes on without it']);
  expect(textOf(whole).trimEnd().split('\n')).toHaveLength(20);
  expect(full.bytes()).toHaveLength(1000);
  expect(full.closed).toBe(1);
});

test.each<[string, Partial<Logger>]>([
  [
    'log',
    {
      log: () => {
        throw new Error('broken');
      },
    },
  ],
  ['flush', { flush: () => Promise.reject(new Error('broken')) }],
  ['close', { close: () => Promise.reject(new Error('broken')) }],
])('a logger that fails in %s is named once and harms nobody', async (_, over) => {
  const warnings: string[] = [];
  const bad = recorder({ name: 'bad', ...over });
  const good = recorder();
  const all = combineLoggers([bad.logger, good.logger], (text) => warnings.push(text));
  all.log(note('a'));
  await all.flush();
  all.log(note('b'));
  await all.close();
  expect(warnings).toEqual(['bad: broken; training goes on without it']);
  expect(good.said).toEqual(['a', 'flush', 'b', 'flush', 'close']);
});

test('a logger that has failed gets nothing more', async () => {
  const bad = recorder({ flush: () => Promise.reject(new Error('broken')) });
  const all = combineLoggers([bad.logger], () => {});
  all.log(note('a'));
  await all.flush();
  all.log(note('b'));
  await all.close();
  expect(bad.said).toEqual(['a', 'close']);
});

test('a logger whose close throws at once fails like any other', async () => {
  const warnings: string[] = [];
  const close = (): never => {
    throw new Error('closed twice');
  };
  const [one, other] = [recorder({ close }), recorder()];
  await combineLoggers([one.logger, other.logger], (text) => warnings.push(text)).close();
  expect(warnings).toEqual(['recorder: closed twice; training goes on without it']);
  expect(other.said).toEqual(['close']);
});
