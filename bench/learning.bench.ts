/** Mean returns during training: all seeds of a workload as one population. */
import { DEFAULT_CONFIG } from '../src/config/defaults';
import type { PpoConfig } from '../src/config/ppo-config';
import { findEnvironment } from '../src/environments/index';
import type { Gpu } from '../src/gpu/device';
import { createTrainer } from '../src/trainer/create-trainer';
import type { IterationReport } from '../src/trainer/metrics';
import type { Bench } from './support/bench';
import { OptionError } from './support/options';
import { record } from './support/record';
import { type Spread, spreadOf } from './support/statistics';

/** A mean return over all seeds that should be reached after some steps per agent. */
export interface Goal {
  readonly timesteps: number;
  /** Mean return of the latest 100 episodes of the sampled policy. */
  readonly threshold: number;
}

export interface LearningWorkload {
  readonly name: string;
  readonly environment: string;
  /** Overrides the environment's tuned defaults. */
  readonly config: Partial<PpoConfig>;
  /** In ascending order; the last one is at the end of the run. */
  readonly goals: readonly Goal[];
}

const SEEDS = { numAgents: 5 } as const;

/** The defaults of `lockstep train <environment>`, for the steps of the last goal. */
function tuned(environment: string, ...goals: readonly Goal[]): LearningWorkload {
  const { timesteps } = goals.at(-1)!;
  const config = { ...SEEDS, totalTimesteps: timesteps };
  const name = `tuned defaults, ${timesteps.toLocaleString('en')} steps`;
  return { name, environment, config, goals };
}

/** CleanRL's ppo.py, its CartPole-v1 hyperparameters and 500k steps, ten seeds. */
const CLEANRL_CARTPOLE: LearningWorkload = {
  name: 'CleanRL settings',
  environment: 'CartPole-v1',
  goals: [{ timesteps: 500_000, threshold: 475 }],
  // The general defaults are CleanRL's, except for the numbers of environments and steps.
  config: {
    ...DEFAULT_CONFIG,
    numAgents: 10,
    numEnvs: 4,
    numSteps: 128,
    totalTimesteps: 500_000,
    learningRate: 2.5e-4,
  },
};

export const LEARNING_WORKLOADS: readonly LearningWorkload[] = [
  tuned('CartPole-v1', { timesteps: 500_000, threshold: 490 }),
  tuned('Acrobot-v1', { timesteps: 500_000, threshold: -85 }),
  tuned('MountainCar-v0', { timesteps: 1_000_000, threshold: -115 }),
  tuned('MountainCarContinuous-v0', { timesteps: 500_000, threshold: 90 }),
  tuned('Pendulum-v1', { timesteps: 300_000, threshold: -180 }),
  tuned('Pendulum-v1', { timesteps: 1_000_000, threshold: -150 }),
  tuned('Snake-v0', { timesteps: 3_000_000, threshold: 25 }),
  tuned('2048-v0', { timesteps: 3_000_000, threshold: 6000 }),
  tuned('ZombieSurvival-v0', { timesteps: 5_000_000, threshold: 500 }),
  tuned('Trading-v0', { timesteps: 1_000_000, threshold: 20 }),
  tuned('TokenWriter-v0', { timesteps: 300_000, threshold: 8.4 }),
  tuned(
    'LunarLander-v3',
    { timesteps: 500_000, threshold: 200 },
    { timesteps: 1_000_000, threshold: 240 },
  ),
  tuned('LunarLanderContinuous-v3', { timesteps: 1_000_000, threshold: 240 }),
  CLEANRL_CARTPOLE,
];

/** The results of the seeds at a goal's step count. */
export interface GoalResult {
  readonly goal: Goal;
  /** Steps of the first iteration at or after the goal's. */
  readonly timesteps: number;
  /** Mean return of the latest 100 episodes, one per seed. */
  readonly returns: readonly number[];
  readonly mean: number;
  /** Standard deviation between seeds, with n - 1. */
  readonly deviation: number;
  readonly spread: Spread;
  /** Number of seeds that reached the threshold individually. */
  readonly reached: number;
}

export interface LearningResult {
  readonly workload: LearningWorkload;
  readonly firstSeed: number;
  readonly seconds: number;
  readonly goals: readonly GoalResult[];
}

function goalResult(goal: Goal, { timesteps, agents }: IterationReport): GoalResult {
  const returns = agents.map((agent) => agent['charts/episodic_return']);
  const mean = returns.reduce((sum, value) => sum + value, 0) / returns.length;
  const squares = returns.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return {
    goal,
    timesteps,
    returns,
    mean,
    deviation: Math.sqrt(squares / (returns.length - 1)),
    spread: spreadOf(returns),
    reached: returns.filter((value) => value >= goal.threshold).length,
  };
}

export async function benchLearning(
  gpu: Gpu,
  workload: LearningWorkload,
  onReport: (report: IterationReport) => void,
): Promise<LearningResult> {
  const environment = findEnvironment(workload.environment);
  const trainer = await createTrainer({ gpu, environment, config: workload.config });
  const goals: GoalResult[] = [];
  let seconds = 0;
  for await (const report of trainer) {
    onReport(report);
    const next = workload.goals[goals.length];
    if (next && report.timesteps >= next.timesteps) goals.push(goalResult(next, report));
    seconds = report.seconds;
  }
  const { seed } = trainer.config;
  trainer.destroy();
  return { workload, firstSeed: seed, seconds, goals };
}

/** A Markdown table with a row per seed and a final sentence per goal. */
export function formatLearning({ firstSeed, seconds, goals }: LearningResult): string {
  const [first] = goals;
  const head = goals.map(({ timesteps }) => `after ${timesteps.toLocaleString('en')} steps`);
  const rows = first!.returns.map((_, agent) => {
    const cells = goals.map(({ returns }) => returns[agent]!.toFixed(1));
    return `| ${firstSeed + agent} | ${cells.join(' | ')} |`;
  });
  return [
    'Mean return of the last 100 episodes of the sampled policy.',
    '',
    `| seed | ${head.join(' | ')} |`,
    `|---|${goals.map(() => '---|').join('')}`,
    ...rows,
    '',
    ...goals.map(formatGoal),
    `All seeds together in ${seconds.toFixed(0)} s.`,
  ].join('\n');
}

function formatGoal({ goal, returns, mean, deviation, spread, reached }: GoalResult): string {
  const verdict = mean >= goal.threshold ? 'reached' : 'MISSED';
  return (
    `Goal ${goal.threshold} ${verdict}: mean ${mean.toFixed(1)} ` +
    `± ${deviation.toFixed(1)} between seeds, ` +
    `median ${spread.median.toFixed(1)}, lowest ${spread.low.toFixed(1)}, highest ` +
    `${spread.high.toFixed(1)}; ${reached} of ${returns.length} seeds individually.`
  );
}

/** `--only` selects an environment. Prints and records its own tables, with a row per seed. */
export const runLearning: Bench = async ({ gpu, options }) => {
  const { only } = options;
  const workloads = LEARNING_WORKLOADS.filter(
    ({ environment }) => only === undefined || environment === only,
  );
  if (workloads.length === 0) {
    throw new OptionError(`--only ${only}: no workload of learning has this environment`);
  }
  for (const workload of workloads) {
    const title = `Learning: ${workload.environment}, ${workload.name}`;
    console.log(`${title}, on ${gpu.adapter.name}`);
    const result = await benchLearning(gpu, workload, printProgress);
    console.log(formatLearning(result));
    if (options.record) record(title, gpu.adapter.name, formatLearning(result));
  }
  return [];
};

function printProgress(report: IterationReport): void {
  const { iteration, iterations } = report;
  if (iteration % Math.ceil(iterations / 20) !== 0) return;
  const sps = Math.round(report['charts/SPS']);
  console.log(`  ${Math.round((100 * iteration) / iterations)} %  ${sps} steps/s`);
}
