import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { expect, test } from 'vitest';
import { buildCommit } from '../../../bench/support/build-commit';
import { startContestant } from '../../../bench/support/contestant';

const PATIENCE = 100;

test('the contestant trains with the library of a commit', async () => {
  const { name, program, remove } = buildCommit('HEAD');
  try {
    expect(name).toMatch(/^[0-9a-f]{7,}$/);
    const argv = [
      process.execPath,
      program,
      '--envs',
      '8',
      '--steps',
      '4',
      '--agents',
      '3',
    ] as const;
    const contestant = await startContestant(name, { argv }, PATIENCE);
    const { steps } = await contestant.run(0.1);
    await contestant.quit();
    // Whole iterations of three agents.
    expect(steps).toBeGreaterThan(0);
    expect(steps % (3 * 8 * 4)).toBe(0);
  } finally {
    remove();
  }
  expect(existsSync(dirname(program))).toBe(false);
});

test('a commit that is not there is named', () => {
  expect(() => buildCommit('no-such-commit')).toThrow('no-such-commit');
});
