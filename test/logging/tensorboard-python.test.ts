/** What TensorBoard itself reads from our event files. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { AGENT_SCALARS } from '../../src/logging/metric-names';
import { tensorBoardLogger } from '../../src/logging/tensorboard';
import { fileSink } from '../../src/node/file-sink';
import { EPISODE_FIELDS } from '../../src/trainer/episode-summary';
import { makeReport } from '../cli/reports';
import { pythonHas, runPython } from '../support/python';
import { describedRun, evaluationOf } from './entries';

interface ReadRun {
  readonly scalars: Record<string, [step: number, value: number, wallTime: number][]>;
  readonly histograms: Record<string, [step: number, limits: number[], counts: number[]][]>;
  readonly texts: Record<string, [step: number, text: string][]>;
}

const BEGIN = { iteration: 0, timesteps: 0 };

describe.skipIf(!pythonHas('tensorboard'))("TensorBoard's reader (Python)", () => {
  const root = mkdtempSync(join(tmpdir(), 'lockstep-events-'));
  afterAll(() => rmSync(root, { recursive: true }));
  const read = (folder: string) =>
    runPython('list_events.py', join(root, folder)) as Record<string, ReadRun>;
  const write = (folder: string, part: number) =>
    tensorBoardLogger({
      open: (inner) => fileSink(join(root, folder, inner, `events.out.tfevents.${part}`)),
      now: () => 1000 * (1_700_000_000 + part),
    });

  test('lists every number of the reports with its value, step and time', async () => {
    const logger = write('one', 1);
    logger.log({ type: 'start', run: describedRun(), ...BEGIN });
    for (const index of [1, 2, 3]) {
      logger.log({ type: 'iteration', report: makeReport(index, [index / 7]) });
    }
    logger.log(evaluationOf([480]));
    await logger.close();
    const { '.': run, ...others } = read('one');
    expect(others).toEqual({});
    const time = 1_700_000_001;
    expect(run!.scalars['charts/episodic_return']).toEqual([
      [1000, Math.fround(1 / 7), time],
      [2000, Math.fround(2 / 7), time],
      [3000, Math.fround(3 / 7), time],
    ]);
    expect(run!.scalars['losses/entropy']![0]).toEqual([1000, Math.fround(0.6), time]);
    expect(run!.scalars['eval/episodic_return']).toEqual([[2000, 480, time]]);
    const tags = [
      ...['charts/SPS', 'charts/host_milliseconds', ...AGENT_SCALARS],
      ...EPISODE_FIELDS.map((name) => `episodes/${name}`),
      ...['eval/episodic_return', 'eval/episodic_return_std'],
    ];
    expect(Object.keys(run!.scalars).sort()).toEqual(tags.sort());
  });

  test('lists histograms and text', async () => {
    const logger = write('histograms', 1);
    logger.log({ type: 'start', run: describedRun(), ...BEGIN });
    const place = { iteration: 4, timesteps: 4000 };
    logger.log({ type: 'histogram', name: 'charts/h', agent: 0, values: [0, 30, 30], ...place });
    logger.log({ type: 'note', text: 'ä note', ...place });
    await logger.close();
    const { histograms, texts } = read('histograms')['.']!;
    const [[step, limits, counts]] = histograms['charts/h'] as [[number, number[], number[]]];
    expect([step, limits.length, limits.at(-1)]).toEqual([4000, 30, 30]);
    expect([counts[0], counts.at(-1)]).toEqual([1, 2]);
    expect(texts['notes/text_summary']).toEqual([[4000, 'ä note']]);
    expect(texts['hyperparameters/text_summary']![0]![1]).toContain('|numEnvs|50|');
  });

  test('shows each agent of a population as a run', async () => {
    const logger = write('population', 1);
    logger.log({ type: 'start', run: describedRun(2), ...BEGIN });
    logger.log({ type: 'iteration', report: makeReport(1, [5, 6]) });
    await logger.close();
    const runs = read('population');
    expect(Object.keys(runs).sort()).toEqual(['.', 'agent-0', 'agent-1']);
    expect(runs['agent-1']!.scalars['charts/episodic_return']![0]!.slice(0, 2)).toEqual([1000, 6]);
  });

  test('drops the steps that a continued run trains again, and keeps those before', async () => {
    const first = write('resumed', 1);
    first.log({ type: 'start', run: describedRun(), ...BEGIN });
    for (const index of [1, 2, 3, 4, 5]) {
      first.log({ type: 'iteration', report: makeReport(index, [index]) });
    }
    await first.close();
    const second = write('resumed', 2);
    second.log({ type: 'start', run: describedRun(), iteration: 2, timesteps: 2000 });
    second.log({ type: 'iteration', report: makeReport(3, [33]) });
    await second.close();
    const points = read('resumed')['.']!.scalars['charts/episodic_return']!;
    expect(points.map(([step, value]) => [step, value])).toEqual([
      [1000, 1],
      [2000, 2],
      [3000, 33],
    ]);
  });
});
