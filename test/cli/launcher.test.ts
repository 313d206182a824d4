/** Which commands run in a child process. */
import { beforeAll, expect, test } from 'vitest';
import { ensureBuilt, lockstep } from '../support/lockstep';

beforeAll(ensureBuilt);

/** Every process writes a line when it starts. */
const COUNTED = { NODE_OPTIONS: '--import data:text/javascript,console.error(`started`)' };

test.runIf(process.platform === 'linux').each([
  ['help train', 1],
  ['train --help', 1],
  ['envs', 1],
  ['runs demo', 1],
  ['train', 2],
  ['--quiet train', 2],
])('%s starts %i processes', async (line, processes) => {
  const { stderr } = await lockstep(line, { env: COUNTED });
  expect(stderr.match(/^started$/gm)).toHaveLength(processes);
});
