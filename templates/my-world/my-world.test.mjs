// What must stay true of MyWorld-v0.   node --test
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { checkEnvironment, createTrainer } from 'lockstep-ppo';
import { requestNodeGpu } from 'lockstep-ppo/node';
import { environment } from './my-world.mjs';

const gpu = await requestNodeGpu();
after(() => gpu.destroy());

test('it keeps the contract', async () => {
  const { problems } = await checkEnvironment({ gpu, environment });
  assert.deepEqual(problems, []);
});

test('a policy learns it', async () => {
  const trainer = await createTrainer({ gpu, environment, config: { seed: 1 } });
  for await (const { iteration } of trainer) assert.ok(iteration > 0);
  const { meanReturn } = await trainer.evaluate({ episodes: 100, seed: 1 });
  trainer.destroy();
  assert.ok(meanReturn > 0.99, `the mean return is ${meanReturn}`);
});
