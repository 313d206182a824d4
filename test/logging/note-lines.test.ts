import { expect, test } from 'vitest';
import { notesLogger } from '../../src/logging/note-lines';
import { MemorySink } from '../../src/logging/sink';
import { makeReport } from '../cli/reports';
import { describedRun, evaluationOf, textOf } from './entries';

test('notes are lines with their time; iterations and histograms are left out', async () => {
  const sink = new MemorySink();
  const logger = notesLogger(sink, () => Date.UTC(2026, 10, 28, 12));
  const place = { iteration: 2, timesteps: 2000 };
  const evaluation = evaluationOf([7]);
  const run = describedRun();
  logger.log({ type: 'start', run, iteration: 0, timesteps: 0 });
  logger.log({ type: 'iteration', report: makeReport(1, [1]) });
  logger.log({ type: 'histogram', name: 'h', agent: 0, values: [1], ...place });
  logger.log({ type: 'note', text: 'learningRate changed from 0.1 to 0.2', ...place });
  logger.log({ ...evaluation, evaluation: { ...evaluation.evaluation, results: [[]] } });
  logger.log({ type: 'end', reason: 'stopped', text: 'SIGTERM', ...place });
  await logger.close();
  const lines = textOf(sink).trimEnd().split('\n');
  const time = '2026-11-28T12:00:00.000Z';
  expect(lines.map((line) => JSON.parse(line))).toEqual([
    { time, type: 'start', run, iteration: 0, timesteps: 0 },
    { time, type: 'note', text: 'learningRate changed from 0.1 to 0.2', ...place },
    // Without the list of episodes, which may be long.
    { time, ...evaluation },
    { time, type: 'end', reason: 'stopped', text: 'SIGTERM', ...place },
  ]);
});
