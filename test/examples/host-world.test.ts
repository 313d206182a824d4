import { beforeAll, expect, test } from 'vitest';
import { ensureBuilt, lockstep } from '../support/lockstep';

beforeAll(ensureBuilt);

test('a policy learns to play a game that is plain JavaScript', async () => {
  const file = 'examples/06-host-world/train.mjs';
  const { code, stdout } = await lockstep('60000', { file });
  expect(code).toBe(0);
  const [, before, after] = /^fruits: ([\d.]+) before, ([\d.]+) after$/m.exec(stdout)!;
  expect(Number(after)).toBeGreaterThan(2 * Number(before) + 3);
});

test('the command trains it, stepped by threads', async () => {
  const config = '--total-timesteps 8192 --episodes 5 --workers 2 --json';
  const { code, stdout } = await lockstep(`train examples/06-host-world/world.mjs ${config}`);
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ environment: 'Fruit-v0', timesteps: 8192 });
});
