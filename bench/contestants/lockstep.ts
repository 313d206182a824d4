/**
 * Lockstep as a contestant: what a user would write with `lockstep-ppo` and `lockstep-ppo/node`.
 * `node bench/dist/lockstep.js [--environment ID] [--envs N] … ` speaks the protocol of
 * bench/README.md.
 */
import { createTrainer, describePlan, findEnvironment, type Trainer } from '../../src/index';
import { requestNodeGpu } from '../../src/node/index';
import { withTunedKernels } from '../support/tuned-kernels';
import { type ContestantOptions, parseContestant } from './arguments';
import { solveConfig } from './solve-configs';
import { runContestant, say, throughput } from './throughput';

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

await runContestant('lockstep', async () => {
  const options = parseContestant(process.argv.slice(2));
  const { threads, tune, solve: threshold } = options;
  if (threads !== undefined) process.env.LP_NUM_THREADS = String(threads);
  if (threshold !== undefined) return solve({ ...options, solve: threshold });
  return throughput(options, {
    choose: (given) => withTunedKernels(given, tune),
    describe: ({ plan }) => describePlan(plan),
  });
});
