/** Short training runs on the file's device. */
import type { PpoConfig } from '../../src/config/ppo-config';
import { cartpole } from '../../src/environments/cartpole';
import type { EnvironmentDefinition } from '../../src/environments/definition';
import { createTrainer } from '../../src/trainer/create-trainer';
import type { IterationReport } from '../../src/trainer/metrics';
import type { Trainer } from '../../src/trainer/trainer';
import type { TrainerOptions } from '../../src/trainer/trainer-options';
import { openTestGpu } from '../support/gpu';

/** Odd sizes, three iterations of a few milliseconds. */
export const SMALL: Partial<PpoConfig> = {
  seed: 2,
  numEnvs: 5,
  numSteps: 12,
  totalTimesteps: 3 * 5 * 12,
  numMinibatches: 2,
  updateEpochs: 2,
  learningRate: 1e-3,
  hiddenSizes: [7],
};

export async function smallTrainer(
  config: Partial<PpoConfig> = {},
  environment: EnvironmentDefinition = cartpole,
  given: Partial<
    Pick<
      TrainerOptions,
      'gpu' | 'parameters' | 'referenceParameters' | 'plan' | 'networks' | 'valueHeads' | 'reduce'
    >
  > = {},
): Promise<Trainer> {
  const gpu = await openTestGpu();
  return createTrainer({ gpu, environment, config: { ...SMALL, ...config }, ...given });
}

/** Iterates to the end. */
export async function allReports(trainer: Trainer): Promise<IterationReport[]> {
  const reports: IterationReport[] = [];
  for await (const report of trainer) reports.push(report);
  return reports;
}

export interface Trained {
  readonly reports: readonly IterationReport[];
  /** [K][P] */
  readonly parameters: Float32Array;
}

/** A whole run; the trainer is gone afterwards. */
export async function trainSmall(config: Partial<PpoConfig> = {}): Promise<Trained> {
  const trainer = await smallTrainer(config);
  const reports = await allReports(trainer);
  const parameters = await trainer.parameters();
  trainer.destroy();
  return { reports, parameters };
}
