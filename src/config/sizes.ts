/** The sizes that follow from a configuration. */
import type { PpoConfig } from './ppo-config';

/** All sizes derived from a configuration, computed only here. */
export interface Sizes {
  /** K */
  readonly agents: number;
  /** N */
  readonly envs: number;
  /** T */
  readonly steps: number;
  /** B = N·T */
  readonly batch: number;
  /** M = B / numMinibatches */
  readonly minibatch: number;
  readonly minibatches: number;
  readonly epochs: number;
  /** Optimizer steps per iteration: epochs · minibatches. */
  readonly updates: number;
  /** Whole iterations in the run; totalTimesteps is rounded up to whole batches. */
  readonly iterations: number;
}

export function deriveSizes(config: PpoConfig): Sizes {
  const batch = config.numEnvs * config.numSteps;
  return {
    agents: config.numAgents,
    envs: config.numEnvs,
    steps: config.numSteps,
    batch,
    minibatch: batch / config.numMinibatches,
    minibatches: config.numMinibatches,
    epochs: config.updateEpochs,
    updates: config.updateEpochs * config.numMinibatches,
    iterations: Math.ceil(config.totalTimesteps / batch),
  };
}
