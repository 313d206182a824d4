import { describe, expect, test } from 'vitest';
import { AGENT_SCALARS } from '../../src/logging/metric-names';
import { MemorySink } from '../../src/logging/sink';
import { MOST_AGENT_FOLDERS, tensorBoardLogger } from '../../src/logging/tensorboard';
import { makeReport } from '../cli/reports';
import { type ReadEvent, readEvents } from '../formats/read-events';
import { describedRun, evaluationOf } from './entries';

/** A logger with a file per folder in memory, at 2.5 s after 1970. */
function logTo() {
  const sinks = new Map<string, MemorySink>();
  const open = (folder: string): MemorySink => {
    if (sinks.has(folder)) throw new Error(`${folder} is opened twice`);
    const sink = new MemorySink();
    sinks.set(folder, sink);
    return sink;
  };
  const logger = tensorBoardLogger({ open, now: () => 2500 });
  const eventsIn = (folder: string): ReadEvent[] => readEvents(sinks.get(folder)!.bytes());
  return { logger, sinks, eventsIn };
}

const BEGIN = { iteration: 0, timesteps: 0 };
const valuesOf = (events: readonly ReadEvent[], tag: string) =>
  events.flatMap(({ step, values }) =>
    values.filter((value) => value.tag === tag).map(({ scalar }) => [step, scalar]),
  );

describe('one agent', async () => {
  const { logger, sinks, eventsIn } = logTo();
  logger.log({ type: 'start', run: describedRun(), ...BEGIN });
  logger.log({ type: 'iteration', report: makeReport(1, [21.5]) });
  logger.log({ type: 'iteration', report: makeReport(2, [Number.NaN]) });
  logger.log({ type: 'note', text: 'a note', iteration: 2, timesteps: 2000 });
  logger.log({ type: 'histogram', name: 'h', agent: 0, values: [1, 3], ...BEGIN });
  logger.log({ type: 'histogram', name: 'none', agent: 0, values: [Number.NaN], ...BEGIN });
  logger.log(evaluationOf([480]));
  logger.log({ type: 'end', reason: 'finished', iteration: 2, timesteps: 2000 });
  await logger.close();
  const events = eventsIn('');

  test('has one file, which begins with the version', () => {
    expect([...sinks.keys()]).toEqual(['']);
    expect(events[0]).toMatchObject({ wallTime: 2.5, step: 0, version: 'brain.Event:2' });
    expect(events.filter(({ status }) => status !== undefined)).toEqual([]);
  });

  test("has CleanRL's tags, and the steps of the agent", () => {
    expect(valuesOf(events, 'charts/SPS')).toEqual([
      [1000, 10_000],
      [2000, 10_000],
    ]);
    expect(valuesOf(events, 'losses/policy_loss')).toEqual([
      [1000, Math.fround(-0.01)],
      [2000, Math.fround(-0.01)],
    ]);
    expect(valuesOf(events, 'episodes/maxReturn')[0]).toEqual([1000, 21]);
    const tags = events.flatMap(({ values }) => values.map(({ tag }) => tag));
    expect(tags).toEqual(expect.arrayContaining([...AGENT_SCALARS]));
  });

  test('has no point where a number is not finite', () => {
    expect(valuesOf(events, 'charts/episodic_return')).toEqual([[1000, 21.5]]);
  });

  test('has the hyperparameters as a table, and notes as text', () => {
    const texts = events.flatMap(({ step, values }) =>
      values.flatMap(({ tag, text }) => (text === undefined ? [] : [{ step, tag, text }])),
    );
    expect(texts.map(({ step, tag }) => [step, tag])).toEqual([
      [0, 'hyperparameters/text_summary'],
      [2000, 'notes/text_summary'],
    ]);
    expect(texts[0]!.text).toContain('|param|value|\n|-|-|\n|environment|CartPole-v1|\n');
    expect(texts[0]!.text).toContain('\n|adapter|a\\|b|\n');
    expect(texts[0]!.text).toContain('\n|numEnvs|50|\n');
    expect(texts[1]!.text).toBe('a note');
  });

  test('has histograms of finite values', () => {
    const tags = events.flatMap(({ values }) =>
      values.flatMap(({ tag, histogram }) => (histogram ? [[tag, histogram.num]] : [])),
    );
    expect(tags).toEqual([['h', 2]]);
  });

  test('has the evaluation', () => {
    expect(valuesOf(events, 'eval/episodic_return')).toEqual([[2000, 480]]);
    expect(valuesOf(events, 'eval/episodic_return_std')).toEqual([[2000, 2]]);
  });
});

test('a run that continues tells readers to drop the steps behind its checkpoint', async () => {
  const { logger, eventsIn } = logTo();
  logger.log({ type: 'start', run: describedRun(2), iteration: 5, timesteps: 5000 });
  logger.log({ type: 'iteration', report: makeReport(6, [1, 2]) });
  await logger.close();
  for (const folder of ['', 'agent-0', 'agent-1']) {
    expect(eventsIn(folder)[0]!.version).toBe('brain.Event:2');
    expect(eventsIn(folder)[1]).toMatchObject({ step: 5001, status: 1 });
  }
});

describe('a population', async () => {
  const { logger, sinks, eventsIn } = logTo();
  logger.log({ type: 'start', run: describedRun(11), ...BEGIN });
  const returns = Array.from({ length: 11 }, (_, agent) => agent);
  logger.log({ type: 'iteration', report: makeReport(1, returns) });
  logger.log({ type: 'histogram', name: 'h', agent: 10, values: [1], ...BEGIN });
  await logger.close();

  test('has a folder per agent, in the order of the agents', () => {
    expect([...sinks.keys()].sort()).toEqual(['', ...returns.map((k) => agentFolder(k))]);
    expect(valuesOf(eventsIn('agent-07'), 'charts/episodic_return')).toEqual([[1000, 7]]);
    expect(eventsIn('agent-10').at(-1)!.values[0]!.tag).toBe('h');
  });

  test('keeps what belongs to no agent in the folder of the run', () => {
    expect(valuesOf(eventsIn(''), 'charts/SPS')).toEqual([[1000, 110_000]]);
    expect(valuesOf(eventsIn(''), 'charts/episodic_return')).toEqual([]);
    expect(valuesOf(eventsIn('agent-00'), 'charts/SPS')).toEqual([]);
  });
});

const agentFolder = (agent: number): string => `agent-${String(agent).padStart(2, '0')}`;

test('a large population has folders for its first agents', async () => {
  const { logger, sinks } = logTo();
  const returns = Array.from({ length: 1000 }, () => 1);
  logger.log({ type: 'iteration', report: makeReport(1, returns) });
  logger.log({ type: 'histogram', name: 'h', agent: 999, values: [1], ...BEGIN });
  await logger.close();
  expect(sinks.size).toBe(1 + MOST_AGENT_FOLDERS);
  expect(sinks.has('agent-63')).toBe(true);
});

test('every file is closed before a failure of one is told', async () => {
  const closed: string[] = [];
  const logger = tensorBoardLogger({
    open: (folder) => ({
      append: async () => {},
      close: async () => {
        if (folder === '') throw new Error('no space left');
        await new Promise((resolve) => setTimeout(resolve));
        closed.push(folder);
      },
    }),
  });
  logger.log({ type: 'iteration', report: makeReport(1, [1, 2]) });
  await expect(logger.close()).rejects.toThrow('no space left');
  expect(closed).toEqual(['agent-0', 'agent-1']);
});
