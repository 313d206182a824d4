/** What agents have learned at the end of a run: all seeds of a workload as one population. */
import { DEFAULT_CONFIG, type PpoConfig } from '../src/config';
import { findEnvironment } from '../src/environments/index';
import type { Gpu } from '../src/gpu/device';
import type { IterationReport } from '../src/trainer/metrics';
import { createTrainer } from '../src/trainer/trainer';
import { type Spread, spreadOf } from './support/statistics';

export interface LearningWorkload {
  readonly name: string;
  readonly environment: string;
  readonly config: Partial<PpoConfig>;
  /** Mean return of the latest 100 episodes that a seed should reach. */
  readonly threshold: number;
}

/** CleanRL's ppo.py, its CartPole-v1 hyperparameters and 500k steps, ten seeds. */
const CLEANRL_CARTPOLE: LearningWorkload = {
  name: 'CleanRL settings',
  environment: 'CartPole-v1',
  threshold: 475,
  // The general defaults are CleanRL's, but for the number of environments and steps.
  config: {
    ...DEFAULT_CONFIG,
    numAgents: 10,
    numEnvs: 4,
    numSteps: 128,
    totalTimesteps: 500_000,
    learningRate: 2.5e-4,
  },
};

export const LEARNING_WORKLOADS: readonly LearningWorkload[] = [CLEANRL_CARTPOLE];

export interface LearningResult {
  readonly workload: LearningWorkload;
  readonly seconds: number;
  readonly timesteps: number;
  /** Mean return of the latest 100 episodes of the sampled policy, one per seed. */
  readonly returns: readonly number[];
  readonly mean: number;
  readonly spread: Spread;
  /** Seeds that reached the threshold. */
  readonly reached: number;
}

export async function benchLearning(
  gpu: Gpu,
  workload: LearningWorkload,
  onReport: (report: IterationReport) => void,
): Promise<LearningResult> {
  const environment = findEnvironment(workload.environment);
  const trainer = await createTrainer({ gpu, environment, config: workload.config });
  let last: IterationReport | undefined;
  for await (const report of trainer) {
    last = report;
    onReport(report);
  }
  trainer.destroy();
  const returns = last!.agents.map((agent) => agent['charts/episodic_return']);
  return {
    workload,
    seconds: last!.seconds,
    timesteps: last!.timesteps,
    returns,
    mean: returns.reduce((sum, value) => sum + value, 0) / returns.length,
    spread: spreadOf(returns),
    reached: returns.filter((value) => value >= workload.threshold).length,
  };
}

/** A Markdown table row per seed and a closing sentence. */
export function formatLearning(result: LearningResult): string {
  const { workload, returns, mean, spread, reached } = result;
  const first = workload.config.seed ?? 1;
  return [
    '| seed | mean return of the last 100 episodes |',
    '|---|---|',
    ...returns.map((value, agent) => `| ${first + agent} | ${value.toFixed(1)} |`),
    '',
    `Mean of means ${mean.toFixed(1)}, median ${spread.median.toFixed(1)}, ` +
      `lowest ${spread.low.toFixed(1)}, highest ${spread.high.toFixed(1)}; ` +
      `${reached} of ${returns.length} reached ${workload.threshold}. ` +
      `${result.timesteps.toLocaleString('en')} steps per agent in ${result.seconds.toFixed(0)} s.`,
  ].join('\n');
}
