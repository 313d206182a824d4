import { expect, test } from 'vitest';
import { DEFAULT_CONFIG } from '../../src/config/defaults';
import { forAgent } from '../../src/config/per-agent';
import { deriveSizes } from '../../src/config/sizes';

test('sizes follow from the configuration, the run rounded up to whole iterations', () => {
  const config = {
    ...DEFAULT_CONFIG,
    numAgents: 3,
    numEnvs: 5,
    numSteps: 7,
    numMinibatches: 5,
    updateEpochs: 2,
    totalTimesteps: 71,
  };
  expect(deriveSizes(config)).toEqual({
    agents: 3,
    envs: 5,
    steps: 7,
    batch: 35,
    minibatch: 7,
    minibatches: 5,
    epochs: 2,
    updates: 10,
    iterations: 3,
  });
});

test('one value serves every agent, a list each its own', () => {
  expect(forAgent(0.5, 2)).toBe(0.5);
  expect(forAgent([0.1, 0.2, 0.3], 2)).toBe(0.3);
});
