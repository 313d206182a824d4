import { describe, expect, test } from 'vitest';
import { attempt, startContestant } from '../../../bench/support/contestant';
import { honestContestant, nodeScript } from './fake-contestant';

const PATIENCE = 20;
const WAIT_FOR_EVER = 'setInterval(() => {}, 1000);';

describe('a contestant', () => {
  test('is ready, trains blocks as long as it is asked, and quits', async () => {
    const contestant = await startContestant('fake', honestContestant(700), PATIENCE);
    expect(contestant.detail).toBe('made of 1 words');
    expect(await contestant.run(2)).toEqual({ steps: 1400, seconds: 2 });
    expect(await contestant.run(3)).toEqual({ steps: 2100, seconds: 3 });
    await contestant.quit();
    await expect(contestant.run(1)).rejects.toThrow(/^fake ended \(0\)/);
  });

  test('that fails to start is named with its last words', async () => {
    const broken = nodeScript(`console.error('no such backend'); process.exitCode = 1;`);
    await expect(startContestant('fake', broken, PATIENCE)).rejects.toThrow(
      'fake ended (1); it said:\nno such backend',
    );
  });

  test('whose program is not there is named', async () => {
    const absent = { argv: ['/no/such/program'] } as const;
    await expect(startContestant('fake', absent, PATIENCE)).rejects.toThrow(
      /^fake cannot start: .*ENOENT/,
    );
  });

  test('that says nothing is given up', async () => {
    await expect(startContestant('fake', nodeScript(WAIT_FOR_EVER), 0.2)).rejects.toThrow(
      'fake said nothing of ready within 0.2 s',
    );
  });

  test.each(['"many"', '-1', 'null'])('whose steps are %s is refused', async (steps) => {
    const odd = nodeScript(`
      say({ event: 'ready' });
      process.stdin.once('data', () => say({ event: 'block', steps: ${steps}, seconds: 1 }));`);
    const contestant = await startContestant('fake', odd, PATIENCE);
    await expect(contestant.run(1)).rejects.toThrow(
      `fake says that steps is ${steps} (event "block"); it must be a number of at least 0`,
    );
    await contestant.quit();
  });
});

describe('an attempt', () => {
  const progress = `say({ event: 'progress', steps: 10, mean_return: null });`;

  test('is solved where the process says so, and the process is ended', async () => {
    const heard: number[][] = [];
    const solver = nodeScript(
      `${progress} say({ event: 'solved', steps: 20, mean_return: 480 }); ${WAIT_FOR_EVER}`,
    );
    const result = await attempt('fake', solver, PATIENCE, (...what) => heard.push(what));
    expect(result).toMatchObject({ solved: true, steps: 20, meanReturn: 480 });
    expect(result.seconds).toBeGreaterThan(0);
    expect(heard).toEqual([[10, Number.NaN]]);
  });

  test('is unsolved where the process gives up', async () => {
    const quitter = nodeScript(`say({ event: 'unsolved', steps: 30, mean_return: 9 });`);
    const result = await attempt('fake', quitter, PATIENCE);
    expect(result).toMatchObject({ solved: false, steps: 30, meanReturn: 9 });
  });

  test('of a process that just ends fails', async () => {
    await expect(attempt('fake', nodeScript(progress), PATIENCE)).rejects.toThrow(
      /^fake ended \(0\)/,
    );
  });
});
