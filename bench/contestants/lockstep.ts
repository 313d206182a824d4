/**
 * Lockstep as a contestant: what a user would write with `lockstep-ppo` and `lockstep-ppo/node`.
 * `node bench/dist/lockstep.js [--environment ID] [--envs N] … ` speaks the protocol of
 * bench/README.md.
 */
import { createInterface } from 'node:readline';
import {
  createTrainer,
  describePlan,
  findEnvironment,
  type PpoConfig,
  type Trainer,
} from '../../src/index';
import { requestNodeGpu } from '../../src/node/index';
import { TrainingLoop } from '../support/training-loop';
import { withTunedKernels } from '../support/tuned-kernels';
import { type ContestantOptions, parseContestant } from './arguments';
import { solveConfig } from './solve-configs';

/** The work that all contestants share; see bench/README.md. */
const SHARED = {
  // The run continues until the command "quit".
  totalTimesteps: 2 ** 48,
  annealLr: false,
  learningRate: 2.5e-4,
  activation: 'tanh',
} satisfies Partial<PpoConfig>;

const WARM_UP_ITERATIONS = 2;

function say(event: string, fields: Readonly<Record<string, unknown>>): void {
  process.stdout.write(`${JSON.stringify({ event, ...fields })}\n`);
}

/** Ends the process once all that was said has arrived. */
function leave(code: number): void {
  process.stdout.write('', () => process.stderr.write('', () => process.exit(code)));
}

async function throughput(options: ContestantOptions): Promise<void> {
  const gpu = await requestNodeGpu();
  const { envs, steps, epochs, minibatches, agents, widths, seed, tune } = options;
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
  const trainer = await createTrainer(await withTunedKernels({ gpu, environment, config }, tune));
  const loop = new TrainingLoop(gpu, trainer);
  await loop.iterate(1);
  say('first_update', {});
  await loop.iterate(WARM_UP_ITERATIONS);
  const threads = process.env.LP_NUM_THREADS ? `, ${process.env.LP_NUM_THREADS} threads` : '';
  say('ready', {
    name: 'lockstep',
    detail: `${gpu.adapter.name}${threads}, Node ${process.version}; ${describePlan(trainer.plan)}`,
  });
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

async function solve(options: ContestantOptions & { readonly solve: number }): Promise<void> {
  const gpu = await requestNodeGpu();
  const environment = findEnvironment(options.environment);
  const config = { ...solveConfig(options.environment), seed: options.seed };
  const trained = await withTunedKernels({ gpu, environment, config }, options.tune);
  const trainer = await createTrainer(trained);
  const outcome = await trainUntil(trainer, options);
  say(outcome.solved ? 'solved' : 'unsolved', outcome.fields);
}

/** Trains until the mean return of at least 100 episodes is high enough, or the time is over. */
async function trainUntil(
  trainer: Trainer,
  { solve: threshold, limit }: ContestantOptions & { readonly solve: number },
): Promise<{ readonly solved: boolean; readonly fields: Readonly<Record<string, unknown>> }> {
  let episodes = 0;
  let saidAt = 0;
  let fields: Readonly<Record<string, unknown>> = {};
  for await (const { timesteps, agents } of trainer) {
    const agent = agents[0]!;
    const meanReturn = agent['charts/episodic_return'];
    episodes += agent.episodes.count;
    fields = { steps: timesteps, mean_return: meanReturn };
    if (episodes >= 100 && meanReturn >= threshold) return { solved: true, fields };
    // Seconds since the process began.
    const now = performance.now() / 1000;
    if (now > limit) break;
    if (now - saidAt > 1) {
      say('progress', fields);
      saidAt = now;
    }
  }
  return { solved: false, fields };
}

try {
  const options = parseContestant(process.argv.slice(2));
  if (options.threads !== undefined) process.env.LP_NUM_THREADS = String(options.threads);
  if (options.solve === undefined) await throughput(options);
  else await solve({ ...options, solve: options.solve });
  leave(0);
} catch (error) {
  console.error(`bench/contestants/lockstep: ${(error as Error).message}`);
  leave(1);
}
