/** Whether it learns at all; how well is a matter of benchmarks (bench/RESULTS.md). */
import { expect, test } from 'vitest';
import { cartpole } from '../../src/environments/cartpole';
import { createTrainer } from '../../src/trainer/create-trainer';
import { openTestGpu } from '../support/gpu';

const AGENTS = 3;
/** A pole falls after about 22 random pushes. */
const RANDOM = 30;

test('three agents learn to balance the pole in 100,000 steps', async () => {
  const trainer = await createTrainer({
    gpu: await openTestGpu(),
    environment: cartpole,
    config: {
      seed: 1,
      numAgents: AGENTS,
      numEnvs: 64,
      numSteps: 32,
      totalTimesteps: 100_000,
      learningRate: 3e-3,
      hiddenSizes: [32],
    },
  });
  const curves: number[][] = [];
  for await (const { agents } of trainer) {
    curves.push(agents.map((metrics) => metrics['charts/episodic_return']));
  }
  const { meanReturn, perAgent } = await trainer.evaluate({ episodes: 50 });
  for (let agent = 0; agent < AGENTS; agent++) {
    const curve = curves.map((returns) => returns[agent]!);
    expect(curve[0]).toBeLessThan(RANDOM);
    expect(Math.max(...curve)).toBeGreaterThan(150);
    expect(curve.at(-1)).toBeGreaterThan(100);
    expect(perAgent[agent]!.meanReturn).toBeGreaterThan(100);
  }
  expect(meanReturn).toBeGreaterThan(150);
  trainer.destroy();
});
