import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { notesLogger } from '../../src/logging/note-lines';
import { MemorySink } from '../../src/logging/sink';
import { describedRun, evaluationOf, textOf } from './entries';
import { readFolder, runFolder } from './run-folders';

const HOUR = 3_600_000;

describe('the state of a run', () => {
  test.each([
    ['after all iterations', { ended: 3 }, 'finished', 'summary.json: 3 of 3 iterations'],
    [
      'ended before',
      { ended: 3, config: { totalTimesteps: 3001 } },
      'stopped',
      '3 of 4 iterations',
    ],
    [
      'that has just written',
      {},
      'running',
      'no end was recorded; last written 59 s ago, after 3 of 3',
    ],
    ['without any iteration', { returns: [] }, 'running', 'last written 59 s ago, after 0 of 3'],
    // The summary is of its first part.
    ['that went on', { ended: 2 }, 'running', 'no end was recorded; last written 59 s ago'],
  ] as const)('%s', async (_, wish, state, evidence) => {
    const run = await readFolder(runFolder('run', wish), 59_000);
    expect(run.state).toBe(state);
    expect(run.evidence).toContain(evidence);
    expect(run.problems).toEqual([]);
  });

  test('is stopped once it has been quiet for longer than its iterations take', async () => {
    expect((await readFolder(runFolder('run'), 61_000)).state).toBe('stopped');
    const slow = runFolder('run');
    slow['run/metrics.jsonl'] = '{"iteration":2,"seconds":100,"agents":[{}]}\n';
    expect((await readFolder(slow, 240_000)).state).toBe('running');
    const run = await readFolder(slow, 30 * HOUR);
    expect(run.evidence).toBe(
      'no end was recorded; last written 30 h ago, after 2 of 3 iterations',
    );
  });

  test('is stopped after a fault', async () => {
    const files = runFolder('run', { ended: 3 });
    files['run/summary.json'] = '{"iterations":3,"fault":{"quantity":"reward"}}';
    const run = await readFolder(files);
    expect(run).toMatchObject({
      state: 'stopped',
      evidence: 'summary.json: a fault, after 3 of 3 iterations',
    });
    expect(run.summary!.evaluation).toBeUndefined();
  });
});

describe('a run that has only its logs', () => {
  const log = async (...resumed: number[]) => {
    const sink = new MemorySink();
    const logger = notesLogger(sink, () => 1000);
    const run = { ...describedRun(), config: { ...describedRun().config, totalTimesteps: 2000 } };
    for (const iteration of [0, ...resumed]) {
      logger.log({ type: 'start', run, iteration, timesteps: 1000 * iteration });
      logger.log(evaluationOf([480]));
      if (iteration === 1) continue;
      logger.log({ type: 'end', reason: 'finished', iteration: 2, timesteps: 2000 });
    }
    await logger.close();
    const { 'run/metrics.jsonl': metrics } = runFolder('run', { returns: [[1], [2]] });
    return readFolder({ 'run/metrics.jsonl': metrics!, 'run/notes.jsonl': textOf(sink) });
  };

  test('is described, and judged by its notes', async () => {
    const run = await log();
    expect(run).toMatchObject({
      ...{ state: 'finished', evidence: 'notes.jsonl: 2 of 2 iterations', started: 1000 },
      description: { environment: 'CartPole-v1', adapter: 'a|b', plan: 'layered' },
      summary: { evaluation: { meanReturn: 480, stdReturn: 2 } },
    });
  });

  test('goes on after a start that no end follows', async () => {
    expect((await log(1)).state).toBe('running');
    expect((await log(1, 2)).state).toBe('finished');
  });
});

test('a summary is old once the run has been started again where it ended', async () => {
  const files = runFolder('run', { ended: 2, returns: [[1], [2]] });
  const note = (fields: object): string => `${JSON.stringify({ time: '', ...fields })}\n`;
  const { run } = { run: JSON.parse(files['run/config.json']!) };
  const notes = [
    note({ type: 'start', run, iteration: 0 }),
    note({ type: 'end', reason: 'stopped', iteration: 2 }),
    note({ type: 'start', run, iteration: 2 }),
  ];
  const read = (count: number) =>
    readFolder({ ...files, 'run/notes.jsonl': notes.slice(0, count).join('') });
  // Without an end that is noted, the summary counts.
  expect((await read(1)).evidence).toBe('summary.json: 2 of 3 iterations');
  expect((await read(2)).evidence).toBe('summary.json: 2 of 3 iterations');
  expect((await read(3)).state).toBe('running');
});

test('a run that goes on with more steps has the configuration of its latest start', async () => {
  const files = runFolder('run', { ended: 3 });
  const run = JSON.parse(files['run/config.json']!);
  const longer = { ...run, config: { ...run.config, totalTimesteps: 5000 } };
  const note = JSON.stringify({ type: 'start', run: longer, iteration: 2, time: '' });
  const read = await readFolder({ ...files, 'run/notes.jsonl': `${note}\n` });
  expect(read.evidence).toBe('summary.json: 3 of 5 iterations');
  expect(read.description!.config.totalTimesteps).toBe(5000);
});

describe('damage is named', () => {
  test.each<[string, string, string | Error | undefined, string]>([
    ['no config', 'config.json', undefined, 'config.json: it is missing'],
    ['a cut config', 'config.json', '{"environment": "Ca', 'config.json: Unterminated string'],
    ['another file', 'config.json', '[1]', 'config.json: it is not a record of a run'],
    [
      'no seed',
      'config.json',
      '{"environment":"C","config":{}}',
      'config.json: config.totalTimesteps is undefined; it must be an integer from 1',
    ],
    [
      'a folder',
      'config.json',
      new Error('it is not a regular file'),
      'config.json: it is not a regular file',
    ],
    ['a damaged line', 'metrics.jsonl', 'x\n', 'metrics.jsonl: line 1: '],
    [
      'a summary',
      'summary.json',
      '{"iterations":-1}',
      'summary.json: iterations is -1; it must be an integer from 0',
    ],
  ])('%s', async (_, name, content, problem) => {
    const files: Record<string, string | Error> = runFolder('run', { ended: 3 });
    if (content === undefined) delete files[`run/${name}`];
    else files[`run/${name}`] = content;
    const run = await readFolder(files);
    expect(run.state).toBe('broken');
    expect(run.evidence).toContain(problem);
    expect(run.problems).toHaveLength(1);
  });

  test('an empty folder is broken', async () => {
    const run = await readFolder({});
    expect(run).toMatchObject({ state: 'broken', started: Number.NaN });
    expect(run.problems).toEqual(['config.json: it is missing']);
  });

  test('a last line that was cut is no damage', async () => {
    const files = runFolder('run');
    files['run/metrics.jsonl'] = files['run/metrics.jsonl']!.slice(0, -100);
    expect(await readFolder(files)).toMatchObject({ state: 'running', problems: [] });
  });
});

/** Damages of bytes: another byte, a cut, a piece that is missing, foreign bytes. */
const DAMAGE = fc.oneof(
  fc.record({ kind: fc.constant('byte' as const), at: fc.nat(), value: fc.nat(255) }),
  fc.record({ kind: fc.constant('cut' as const), at: fc.nat(), value: fc.nat() }),
  fc.record({ kind: fc.constant('hole' as const), at: fc.nat(), value: fc.nat(40) }),
  fc.record({ kind: fc.constant('number' as const), at: fc.nat(), value: fc.nat(3) }),
);

function damage(text: string, { kind, at, value }: { kind: string; at: number; value: number }) {
  const place = at % Math.max(1, text.length);
  switch (kind) {
    case 'byte':
      return `${text.slice(0, place)}${String.fromCharCode(value)}${text.slice(place + 1)}`;
    case 'cut':
      return text.slice(0, place);
    case 'hole':
      return text.slice(0, place) + text.slice(place + value);
    default: {
      const others = ['1e999', '-1', '"x"', 'null'];
      let index = 0;
      const count = text.match(/:[\d.]+/g)?.length ?? 1;
      return text.replace(/:[\d.]+/g, (old) =>
        index++ === at % count ? `:${others[value]}` : old,
      );
    }
  }
}

test('no damage makes reading fail', async () => {
  const notes = new MemorySink();
  const logger = notesLogger(notes);
  logger.log({ type: 'start', run: describedRun(), iteration: 0, timesteps: 0 });
  logger.log({ type: 'end', reason: 'finished', iteration: 3, timesteps: 3000 });
  await logger.close();
  const whole = { ...runFolder('run', { ended: 3 }), 'run/notes.jsonl': textOf(notes) };
  const names = Object.keys(whole) as (keyof typeof whole)[];
  const damages = fc.array(fc.tuple(fc.constantFrom(...names), DAMAGE), { minLength: 1 });
  const states = new Set<string>();
  const property = fc.asyncProperty(damages, async (all) => {
    const files: Record<string, string> = { ...whole };
    for (const [name, how] of all) files[name] = damage(files[name]!, how);
    const run = await readFolder(files);
    states.add(run.state);
    expect(run.state === 'broken').toBe(run.problems.length > 0);
    expect(run.problems.every((problem) => /^\w+\.jsonl?: ./.test(problem))).toBe(true);
  });
  await fc.assert(property, { numRuns: 300, seed: 16 });
  expect(states).toContain('broken');
  expect(states.size).toBeGreaterThan(1);
});

test('the end in the notes counts where the summary is of an earlier part', async () => {
  const files = runFolder('run', { ended: 2, returns: [[1], [2], [3]] });
  const note = (fields: object): string => `${JSON.stringify({ time: '', ...fields })}\n`;
  const run = JSON.parse(files['run/config.json']!);
  const start = note({ type: 'start', run, iteration: 2 });
  const read = (iteration: number) =>
    readFolder({
      ...files,
      'run/metrics.jsonl': runFolder('run', { returns: Array(iteration).fill([1]) })[
        'run/metrics.jsonl'
      ]!,
      'run/notes.jsonl': start + note({ type: 'end', reason: 'failed', iteration }),
    });
  const later = await read(3);
  expect([later.state, later.evidence]).toEqual([
    ...['stopped', 'notes.jsonl: a fault, after 3 of 3 iterations'],
  ]);
  // The device failed before another iteration was finished.
  const same = await read(2);
  expect([same.state, same.evidence]).toEqual([
    ...['stopped', 'summary.json: a fault, after 2 of 3 iterations'],
  ]);
});
