/** Steps per second of every built-in environment, with the same sizes. */
import { DEFAULT_CONFIG } from '../src/config/defaults';
import type { PpoConfig } from '../src/config/ppo-config';
import { ENVIRONMENTS } from '../src/environments/index';
import { createTrainer } from '../src/trainer/create-trainer';
import type { Bench } from './support/bench';
import { effortOf, measureHalves, measureLoop } from './support/measure-trainer';
import type { Measurement } from './support/results';
import { formatSpread } from './support/table';

const CONFIG: PpoConfig = {
  ...DEFAULT_CONFIG,
  ...{ numEnvs: 4096, numSteps: 32, annealLr: false, totalTimesteps: 2 ** 48 },
};

export const ENVIRONMENTS_TITLE =
  'Environments: 4,096 × 32 steps, 4 epochs × 4 minibatches, two hidden layers of 64 tanh';

const NOTES = [
  'training: environment steps per second of the running loop; the device is idle at both ends ' +
    'of a block.',
  'rollout only, update only: the same steps over the device time of the stage "rollout", and of ' +
    'all stages after the advantages up to the report.',
];

export const benchEnvironments: Bench = async ({ gpu, options, progress }) => {
  const { only } = options;
  const effort = effortOf(options);
  const measurements: Measurement[] = [];
  for (const environment of ENVIRONMENTS) {
    if (only !== undefined && !environment.id.includes(only)) continue;
    const trainer = await createTrainer({ gpu, environment, config: CONFIG });
    const place = { workload: environment.id, subject: 'lockstep' };
    const [training] = await measureLoop(gpu, trainer, place, effort);
    const halves = await measureHalves(gpu, trainer, place, effort);
    trainer.destroy();
    measurements.push(training!, ...halves);
    progress(`${environment.id}: ${formatSpread(training!)} steps/s`);
  }
  return [{ title: ENVIRONMENTS_TITLE, measurements, notes: NOTES }];
};
