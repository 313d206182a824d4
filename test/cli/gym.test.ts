/** `--gym` with environments that are not built in, where Python has them. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ensureBuilt, lockstep } from '../support/lockstep';
import { PYTHON, pythonHas } from '../support/python';

beforeAll(ensureBuilt);
const root = mkdtempSync(join(tmpdir(), 'lockstep-gym-'));
afterAll(() => rmSync(root, { recursive: true }));

const SIZES =
  '--num-envs 4 --num-steps 8 --total-timesteps 64 --num-minibatches 1 --hidden-sizes 5 ' +
  '--episodes 1 --workers 2';
const run = (line: string) => lockstep(`${line} --python ${PYTHON} --json`, { cwd: root });

async function expectTrains(id: string): Promise<void> {
  const { code, stdout, stderr } = await run(`train --gym ${id} ${SIZES}`);
  expect(stderr).toContain(`gymnasium/${id}`);
  expect(JSON.parse(stdout)).toMatchObject({
    environment: `gymnasium/${id}`,
    timesteps: 64,
    fault: null,
    evaluation: { episodes: 1, endedEpisodes: 1 },
  });
  expect(code).toBe(0);
}

describe.runIf(pythonHas('gymnasium'))('--gym', () => {
  test.each(['FrozenLake-v1', 'Blackjack-v1', 'Taxi'])('%s trains', expectTrains);

  test('eval plays in the environment of the run', async () => {
    await run(`train --gym FrozenLake-v1 ${SIZES} --run-dir lake`);
    const { code, stdout } = await run('eval lake --gym FrozenLake-v1 --episodes 5');
    expect(JSON.parse(stdout)).toMatchObject({
      environment: 'gymnasium/FrozenLake-v1',
      endedEpisodes: 5,
    });
    expect(code).toBe(0);
  });
});

describe.runIf(pythonHas('gymnasium', 'Box2D', 'pygame'))('--gym with Box2D', () => {
  test.each(['BipedalWalker-v3'])('%s trains, whose actions are a box', expectTrains);
});
