/** CartPole through the three doors: a module on the device, JavaScript, and Python's Gymnasium. */
import { DEFAULT_CONFIG } from '../src/config/defaults';
import type { PpoConfig } from '../src/config/ppo-config';
import { cartpole } from '../src/environments/cartpole';
import { type EnvironmentDefinition, EnvironmentError } from '../src/environments/definition';
import { gymnasiumEnvironment } from '../src/node/gymnasium';
import { createTrainer } from '../src/trainer/create-trainer';
import { onHost } from '../test/environments/host-twin';
import { cartPole } from '../test/reference/cartpole';
import type { Bench } from './support/bench';
import { effortOf, measureLoop } from './support/measure-trainer';
import type { Measurement } from './support/results';
import { formatSpread } from './support/table';

const CONFIG: PpoConfig = {
  ...DEFAULT_CONFIG,
  ...{ numSteps: 32, annealLr: false, totalTimesteps: 2 ** 48 },
};
const ENVS = [64, 1024];

export const DOORS_TITLE =
  'Doors: CartPole-v1, 32 steps, 4 epochs × 4 minibatches, two hidden layers of 64 tanh';

const NOTES = [
  'training: environment steps per second of the running loop, updates included.',
  'device: a module. host: the twin in plain JavaScript, in the thread that trains. gymnasium: ' +
    'one process of Python less than there are cores.',
];

/** The doors, and notes about those that are shut. */
async function openDoors() {
  const doors: [string, EnvironmentDefinition][] = [
    ['device', cartpole],
    ['host', onHost(cartpole, cartPole)],
  ];
  const python = process.env.LOCKSTEP_PYTHON;
  try {
    doors.push(['gymnasium', await gymnasiumEnvironment('CartPole-v1', { python })]);
    return { doors, notes: NOTES };
  } catch (error) {
    if (!(error instanceof EnvironmentError)) throw error;
    return { doors, notes: [...NOTES, `Left out: ${error.message}.`] };
  }
}

export const benchDoors: Bench = async ({ gpu, options, progress }) => {
  const effort = effortOf(options);
  const measurements: Measurement[] = [];
  const { doors, notes } = await openDoors();
  for (const numEnvs of ENVS) {
    for (const [subject, environment] of doors) {
      const config = { ...CONFIG, numEnvs };
      const trainer = await createTrainer({ gpu, environment, config });
      const workload = `${numEnvs.toLocaleString('en')} environments`;
      const [training] = await measureLoop(gpu, trainer, { workload, subject }, effort);
      trainer.destroy();
      measurements.push(training!);
      progress(`${workload}, ${subject}: ${formatSpread(training!)} steps/s`);
    }
  }
  return [{ title: DOORS_TITLE, measurements, notes }];
};
