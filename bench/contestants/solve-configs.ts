/** Lockstep's settings for the shortest wall-clock time, whatever the number of steps. */
import type { PpoConfig } from '../../src/index';

const CONFIGS: Readonly<Record<string, Partial<PpoConfig>>> = {
  // Found by small sweeps of five and ten seeds (docs/log.md).
  'CartPole-v1': {
    numEnvs: 128,
    numSteps: 32,
    learningRate: 0.007,
    gamma: 0.98,
    gaeLambda: 0.9,
    clipVloss: false,
    annealLr: false,
    totalTimesteps: 2 ** 48,
    updateEpochs: 4,
    numMinibatches: 4,
  },
  'Pendulum-v1': {
    numEnvs: 64,
    numSteps: 64,
    numMinibatches: 8,
    activation: 'relu',
    learningRate: 1.5e-3,
    gamma: 0.95,
    annealLr: false,
    totalTimesteps: 2 ** 48,
  },
};

/** @throws Error naming the environments that there are settings for. */
export function solveConfig(environment: string): Partial<PpoConfig> {
  const config = CONFIGS[environment];
  if (config) return config;
  const known = Object.keys(CONFIGS).join(', ');
  throw new Error(`no settings to solve ${environment} with; there are some for ${known}`);
}
