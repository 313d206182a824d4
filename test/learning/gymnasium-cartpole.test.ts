/** The tuned configuration reaches in Python's Gymnasium what it reaches on the device. */
import { describe, expect, test } from 'vitest';
import { cartpole } from '../../src/environments/cartpole';
import { gymnasiumEnvironment } from '../../src/node/gymnasium';
import { createTrainer } from '../../src/trainer/create-trainer';
import { openTestGpu } from '../support/gpu';
import { PYTHON, pythonHas } from '../support/python';

describe.runIf(pythonHas('gymnasium'))('learning in Gymnasium', () => {
  test('CartPole-v1 is solved with the configuration of the device', async () => {
    const { defaults, rewardThreshold } = cartpole;
    const environment = await gymnasiumEnvironment('CartPole-v1', { python: PYTHON, defaults });
    const gpu = await openTestGpu();
    const trainer = await createTrainer({ gpu, environment, config: { seed: 1 } });
    let last = 0;
    for await (const { timesteps } of trainer) last = timesteps;
    const { meanReturn } = await trainer.evaluate({ episodes: 100, seed: 1 });
    trainer.destroy();
    expect(last).toBe(280_576);
    expect(meanReturn).toBeGreaterThanOrEqual(rewardThreshold!);
  });
});
