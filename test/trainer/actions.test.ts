/** Whole iterations, populations and evaluations with every kind of action. */
import { describe, expect, test } from 'vitest';
import type { PpoConfig } from '../../src/config/ppo-config';
import type { EnvironmentDefinition } from '../../src/environments/definition';
import { pendulum } from '../../src/environments/pendulum';
import { actorCriticForward, flatten } from '../reference/actor-critic';
import {
  diagonalGaussian,
  type GaussianOptions,
  multiCategorical,
  squashedGaussian,
} from '../reference/distributions';
import { expectClose } from '../reference/expect-close';
import { mean } from '../reference/moments';
import { pendulum as pendulumTwin } from '../reference/pendulum';
import { trainIteration } from '../reference/ppo';
import { initialAgent, type Task } from '../reference/train-state';
import { echo, echoTwin } from '../support/echo';
import { networkOf } from '../support/network';
import { settingsOf } from '../support/settings';
import { turnstile, turnstileTwin } from '../support/turnstile';
import { expectStatistics } from './expect-statistics';
import { allReports, smallTrainer } from './training';

/** What the twin's iterations and the device's have in common, from the same parameters on. */
async function expectTwin<State>(
  environment: EnvironmentDefinition,
  task: Task<State>,
  config: Partial<PpoConfig>,
) {
  const trainer = await smallTrainer(config, environment);
  const settings = settingsOf(trainer.config);
  let agent = initialAgent(
    networkOf(trainer.run.layout, await trainer.parameters()),
    task,
    settings,
  );
  let iterations = 0;
  for await (const { agents } of trainer) {
    const twin = trainIteration(agent, task, settings);
    const metrics = agents[0]!;
    expectStatistics(metrics, twin.updates);
    expect(metrics.episodes.count).toBe(twin.finished.length);
    const returns = twin.finished.map((episode) => episode.return);
    if (returns.length > 0) expectClose([metrics.episodes.meanReturn], [mean(returns)], 1e-4, 1);
    iterations += 1;
    agent = twin.agent;
  }
  expect(iterations).toBe(3);
  expectClose([...(await trainer.parameters())], flatten(agent.network), 1e-4);
  trainer.destroy();
}

/** Three iterations in which episodes end, advantages matter, and the entropy has a weight. */
const CONTINUOUS: Partial<PpoConfig> = { entCoef: 0.02, learningRate: 3e-3, clipVloss: false };

const KINDS: readonly (readonly [string, Partial<PpoConfig>])[] = [
  ['clipped', {}],
  ['squashed', { squashActions: true, logStdInit: -0.4 }],
  ['state-dependent', { stateDependentStd: true, logStdInit: -1, logStdMin: -3, logStdMax: 1 }],
  ['squashed and state-dependent', { squashActions: true, stateDependentStd: true }],
];

function gaussianTwin(size: number, bounds: GaussianOptions, config: Partial<PpoConfig>) {
  const { squashActions, stateDependentStd, logStdMin = -5, logStdMax = 2 } = config;
  const { low, high } = bounds as Required<GaussianOptions>;
  const options = {
    low,
    high,
    logStdBounds: stateDependentStd ? ([logStdMin, logStdMax] as const) : null,
  };
  return squashActions ? squashedGaussian(size, options) : diagonalGaussian(size, options);
}

describe.each(KINDS)('%s actions', (_, config) => {
  test('train Pendulum as the specification does', async () => {
    const bounds = { low: [-2], high: [2] };
    const task = { environment: pendulumTwin, distribution: gaussianTwin(1, bounds, config) };
    await expectTwin(pendulum, task, { ...CONTINUOUS, ...config });
  });

  test('train a world of two actions with narrow bounds as the specification does', async () => {
    const bounds = { low: [-0.5, 0.25], high: [0.75, 2] } as const;
    const task = { environment: echoTwin, distribution: gaussianTwin(2, bounds, config) };
    await expectTwin(echo(bounds), task, { ...CONTINUOUS, ...config });
  });

  test('start with the log standard deviation of the configuration', async () => {
    const trainer = await smallTrainer(config, pendulum);
    const network = networkOf(trainer.run.layout, await trainer.parameters());
    const { stateDependentStd, logStdInit = 0, logStdMin = -5, logStdMax = 2 } = config;
    if (stateDependentStd) {
      const x = network.actor.at(-1)!.bias[1]!;
      const logStd = logStdMin + ((logStdMax - logStdMin) / 2) * (Math.tanh(x) + 1);
      expect(logStd).toBeCloseTo(logStdInit, 6);
      expect(network.logStd).toEqual([]);
    } else {
      expect(network.logStd).toEqual([Math.fround(logStdInit)]);
    }
    trainer.destroy();
  });
});

test('masked choices train as the specification does, and no forbidden one is taken', async () => {
  const task = { environment: turnstileTwin, distribution: multiCategorical([3, 2]) };
  await expectTwin(turnstile, task, { learningRate: 3e-3, entCoef: 0.02 });
  const trainer = await smallTrainer({ numEnvs: 65 }, turnstile);
  for (const { agents } of await allReports(trainer)) {
    // A forbidden gate would cost 100.
    expect(agents[0]!.episodes.minReturn).toBeGreaterThanOrEqual(0);
  }
  for (const greedy of [true, false]) {
    const { perAgent, meanReturn } = await trainer.evaluate({ episodes: 65, greedy });
    expect(perAgent).toHaveLength(1);
    expect(meanReturn).toBeGreaterThanOrEqual(0);
  }
  trainer.destroy();
});

describe.each<[string, EnvironmentDefinition, Partial<PpoConfig>]>([
  ['squashed, state-dependent', pendulum, { squashActions: true, stateDependentStd: true }],
  ['masked', turnstile, {}],
])('three agents with %s actions', (_, environment, config) => {
  const own = { learningRate: [1e-3, 1e-2, 3e-4], entCoef: [0, 0.01, 0.1] };

  test('are the same as each alone', async () => {
    const together = await smallTrainer({ ...config, ...own, numAgents: 3 }, environment);
    const all = await allReports(together);
    const parameters = await together.parameters();
    together.destroy();
    for (const agent of [0, 1, 2]) {
      const alone = Object.fromEntries(
        Object.entries(own).map(([key, list]) => [key, list[agent]]),
      );
      const trainer = await smallTrainer({ ...config, ...alone, seed: 2 + agent }, environment);
      const reports = await allReports(trainer);
      const one = await trainer.parameters();
      trainer.destroy();
      expect(parameters.slice(agent * one.length, (agent + 1) * one.length)).toEqual(one);
      expect(all.map(({ agents }) => agents[agent])).toEqual(
        reports.map(({ agents }) => agents[0]),
      );
    }
  });
});

describe.each(KINDS)('a greedy evaluation of %s actions', (_, config) => {
  test('executes the mode', async () => {
    // One mode lies inside its bounds, the other one beyond.
    const bounds = { low: [-0.5, -0.75], high: [3, -0.5] } as const;
    const trainer = await smallTrainer(config, echo(bounds, true));
    const network = networkOf(trainer.run.layout, await trainer.parameters());
    const { parameters } = actorCriticForward(network, [1, 0], 'tanh');
    const twin = gaussianTwin(2, bounds, config);
    const [first, second] = twin.executed(twin.mode(parameters));
    const greedy = await trainer.evaluate({ episodes: 5 });
    expectClose([greedy.meanReturn], [first! + second!], 1e-5);
    expect(greedy.stdReturn).toBeLessThan(1e-6);
    const sampled = await trainer.evaluate({ episodes: 5, greedy: false });
    expect(sampled.stdReturn).toBeGreaterThan(1e-3);
    trainer.destroy();
  });
});
