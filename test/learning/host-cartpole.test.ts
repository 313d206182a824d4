/** The tuned configuration reaches on the host what it reaches on the device. */
import { expect, test } from 'vitest';
import { cartpole } from '../../src/environments/cartpole';
import { createTrainer } from '../../src/trainer/create-trainer';
import { onHost } from '../environments/host-twin';
import { cartPole } from '../reference/cartpole';
import { openTestGpu } from '../support/gpu';

test('CartPole in JavaScript is solved with the configuration of the device', async () => {
  const gpu = await openTestGpu();
  const environment = onHost(cartpole, cartPole);
  const trainer = await createTrainer({ gpu, environment, config: { seed: 1 } });
  let last = 0;
  for await (const { timesteps } of trainer) last = timesteps;
  const { meanReturn } = await trainer.evaluate({ episodes: 100, seed: 1 });
  trainer.destroy();
  expect(last).toBe(280_576);
  expect(meanReturn).toBeGreaterThanOrEqual(cartpole.rewardThreshold!);
});
