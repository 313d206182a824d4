import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readRun } from '../../src/node/run-reader';
import { ensureBuilt, lockstep } from '../support/lockstep';

const folder = mkdtempSync(join(tmpdir(), 'lockstep-example-'));
beforeAll(ensureBuilt);
afterAll(() => rmSync(folder, { recursive: true }));

test('a logger of a user writes a table beside the logs of the package', async () => {
  const file = 'examples/04-own-logger/train.mjs';
  const { code, stdout } = await lockstep(folder, { file });
  expect(stdout).toMatch(/^return \d+\.\d; the table is .*returns\.csv\n$/);
  expect(code).toBe(0);
  const [head, ...rows] = readFileSync(join(folder, 'returns.csv'), 'utf8').trimEnd().split('\n');
  expect(head).toBe('timesteps,seconds,agent,return,entropy');
  const { state, metrics } = await readRun(folder);
  expect(state).toBe('finished');
  const written = metrics.map(({ timesteps, seconds, agents: [agent] }) => [
    ...[timesteps, seconds.toFixed(3), 0],
    ...[agent!['charts/episodic_return'], agent!['losses/entropy']],
  ]);
  expect(rows).toEqual(written.map((row) => row.join(',')));
});
