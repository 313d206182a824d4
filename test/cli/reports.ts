/** Fixed reports and terminals for the tests of the command line. */

import type { Output } from '../../src/cli/terminal';
import type { EnvironmentDefinition } from '../../src/environments/definition';
import type { AgentMetrics, IterationReport } from '../../src/trainer/metrics';

const EPISODES = {
  count: 3,
  meanReturn: 20,
  stdReturn: 1,
  minReturn: 19,
  maxReturn: 21,
  meanLength: 20,
  stdLength: 1,
  minLength: 19,
  maxLength: 21,
};

export function agentMetrics(episodicReturn: number, approxKl: number): AgentMetrics {
  return {
    'losses/policy_loss': -0.01,
    'losses/value_loss': 12,
    'losses/entropy': 0.6,
    'losses/kl_penalty': 0,
    'losses/reference_kl': 0,
    'losses/old_approx_kl': 0.001,
    'losses/approx_kl': approxKl,
    'losses/clipfrac': 0.1,
    'losses/explained_variance': 0.5,
    'losses/grad_norm': 0.4,
    'losses/loss': 6,
    'charts/updates': 16,
    'guards/skipped_updates': 0,
    'guards/skipped_in_row': 0,
    'guards/faulty_environments': 0,
    fault: null,
    'charts/learning_rate': 2.5e-4,
    'charts/episodic_return': episodicReturn,
    'charts/episodic_length': episodicReturn,
    episodes: EPISODES,
  };
}

/** Of a run of 100 iterations of 1,000 steps; `returns` has one value per agent. */
export function makeReport(iteration: number, returns: readonly number[]): IterationReport {
  return {
    iteration,
    iterations: 100,
    timesteps: iteration * 1000,
    seconds: iteration / 10,
    'charts/SPS': 10_000 * returns.length,
    'charts/host_milliseconds': 1.5,
    agents: returns.map((value, agent) => agentMetrics(value, 0.004 * (agent + 1))),
  };
}

/** A stream that keeps what was written. */
export class Recorder implements Output {
  text = '';

  constructor(
    readonly isTTY = false,
    readonly columns: number | undefined = undefined,
    readonly rows: number | undefined = undefined,
    readonly color = false,
  ) {}

  write(text: string): void {
    this.text += text;
  }

  get lines(): string[] {
    return this.text.split('\n').slice(0, -1);
  }
}

export const TINY_ENVIRONMENT: EnvironmentDefinition = {
  id: 'Tiny-v0',
  source: 'test',
  observation: [{ name: 'x', low: -1, high: 1 }],
  action: { type: 'discrete', n: 2 },
  maxEpisodeSteps: 10,
  shader: '',
  defaults: { numEnvs: 10, numSteps: 20, totalTimesteps: 2000 },
};
