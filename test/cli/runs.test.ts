import { describe, expect, test } from 'vitest';
import { findRuns, formatRuns } from '../../src/cli/runs';
import type { Contents } from '../logging/run-folders';
import { filesOf, runFolder, WRITTEN } from '../logging/run-folders';

const startOf = (time: string): string =>
  `{"type":"note","text":"","time":"${time}","iteration":0,"timesteps":0}\n`;

const CONTENTS: Contents = {
  ...runFolder('runs/new', { ended: 3, config: { seed: 7 } }),
  'runs/new/notes.jsonl': startOf('2026-11-02T00:00:00Z'),
  ...runFolder('runs/old', { environment: 'Pendulum-v1', returns: [[-900.04]] }),
  'runs/old/notes.jsonl': startOf('2026-11-01T00:00:00Z'),
  ...runFolder('runs/many', { config: { numAgents: 2, seed: 5 }, returns: [[1, 3]], ended: 3 }),
  'runs/damaged/metrics.jsonl': 'x\n',
  'runs/stray.txt': '',
};

const list = async (folder: string, contents = CONTENTS): Promise<string[]> =>
  formatRuns(await findRuns(filesOf(contents), folder, WRITTEN + 90_000)).split('\n');

describe('lockstep runs', () => {
  test('has a row per folder, newest last, with results and the reason of the state', async () => {
    const rows = await list('runs');
    expect(rows.map((row) => row.replaceAll(/ {2,}/g, ' | '))).toEqual([
      'run | environment | seed | timesteps | steps/s | return | evaluation | state | evidence',
      expect.stringMatching(/^runs\/damaged \| (- \| ){6}broken \| .*config\.json: it is missing/),
      'runs/many | CartPole-v1 | 5 to 6 | 1,000 | 12.3k | 2.0 (1.0..3.0) | 25.0 ± 1.5 | ' +
        'finished | summary.json: 3 of 3 iterations',
      'runs/old | Pendulum-v1 | 3 | 1,000 | 10.0k | -900.0 | - | ' +
        'stopped | no end was recorded; last written 90 s ago, after 1 of 3 iterations',
      'runs/new | CartPole-v1 | 7 | 3,000 | 12.3k | 20.0 | 25.0 ± 1.5 | ' +
        'finished | summary.json: 3 of 3 iterations',
    ]);
    expect(rows[1]).toContain('metrics.jsonl: line 1: ');
  });

  test('takes a path with a slash at its end, and the folder of one run', async () => {
    expect(await list('runs/')).toEqual(await list('runs'));
    expect((await list('runs/new/'))[1]).toMatch(/^runs\/new +CartPole-v1/);
  });

  test('a folder that cannot be read is a mistake of the command line', async () => {
    const found = findRuns(filesOf({}), 'nowhere', 0);
    await expect(found).rejects.toMatchObject({
      name: 'UsageError',
      message:
        'nowhere: cannot be read: ENOENT: no such file or directory; ' +
        '"lockstep runs DIR" lists the runs of another folder',
    });
  });
});
