/** Training for whole blocks of time, with what every version of the library has. */
import { createInterface } from 'node:readline';
import {
  createTrainer,
  findEnvironment,
  type PpoConfig,
  type Trainer,
  type TrainerOptions,
} from '../../src/index';
import { requestNodeGpu } from '../../src/node/index';
import { TrainingLoop } from '../support/training-loop';
import type { ContestantOptions } from './arguments';

/** The work that all contestants share; see bench/README.md. */
const SHARED = {
  // The run continues until the command "quit".
  totalTimesteps: 2 ** 48,
  annealLr: false,
  learningRate: 2.5e-4,
  activation: 'tanh',
} satisfies Partial<PpoConfig>;

const WARM_UP_ITERATIONS = 2;

/** How a contestant chooses its kernels, and what it says of them. */
export interface Kernels {
  choose(options: TrainerOptions): Promise<TrainerOptions>;
  describe(trainer: Trainer): string;
}

const DEFAULT_KERNELS: Kernels = {
  choose: (options) => Promise.resolve(options),
  describe: () => 'default kernels',
};

/** Writes an event of the protocol of bench/README.md. */
export function say(event: string, fields: Readonly<Record<string, unknown>>): void {
  process.stdout.write(`${JSON.stringify({ event, ...fields })}\n`);
}

/** Ends the process once everything it said has arrived. */
function leave(code: number): void {
  process.stdout.write('', () => process.stderr.write('', () => process.exit(code)));
}

/** Runs a contestant to its end; an error ends the process with code 1. */
export async function runContestant(name: string, run: () => Promise<void>): Promise<void> {
  try {
    await run();
    leave(0);
  } catch (error) {
    console.error(`bench/contestants/${name}: ${(error as Error).message}`);
    leave(1);
  }
}

/** Trains when the standard input says so, until it says "quit". */
export async function throughput(
  options: ContestantOptions,
  kernels: Kernels = DEFAULT_KERNELS,
): Promise<void> {
  const gpu = await requestNodeGpu();
  const { envs, steps, epochs, minibatches, agents, widths, seed } = options;
  const environment = findEnvironment(options.environment);
  const config = {
    ...SHARED,
    seed,
    numEnvs: envs,
    numSteps: steps,
    updateEpochs: epochs,
    numMinibatches: minibatches,
    numAgents: agents,
    hiddenSizes: widths,
  };
  const trainer = await createTrainer(await kernels.choose({ gpu, environment, config }));
  const loop = new TrainingLoop(gpu, trainer);
  await loop.iterate(1);
  say('first_update', {});
  await loop.iterate(WARM_UP_ITERATIONS);
  const threads = process.env.LP_NUM_THREADS ? `, ${process.env.LP_NUM_THREADS} threads` : '';
  const place = `${gpu.adapter.name}${threads}, Node ${process.version}`;
  say('ready', { name: 'lockstep', detail: `${place}; ${kernels.describe(trainer)}` });
  for await (const line of createInterface({ input: process.stdin })) {
    const [word, seconds] = line.split(' ');
    if (word === 'quit') break;
    if (word !== 'run' || !(Number(seconds) > 0)) {
      throw new Error(`unknown command "${line}"; known are "run SECONDS" and "quit"`);
    }
    const block = await loop.run(Number(seconds));
    say('block', { steps: block.steps, seconds: block.seconds });
  }
}
