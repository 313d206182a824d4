import { describe, test } from 'vitest';
import { flatten } from './actor-critic';
import { initialAdamState } from './adam';
import { expectClose } from './expect-close';
import {
  goldenDistribution,
  goldenLossSettings,
  goldenNetwork,
  goldenSamples,
  readUpdateCases,
  type UpdateCase,
} from './fixtures';
import { update } from './ppo';
import type { Learner, UpdateStatistics } from './train-state';

function replay(golden: UpdateCase) {
  const { config, minibatch } = golden;
  const samples = goldenSamples(golden);
  const settings = {
    ...goldenLossSettings(config),
    maxGradNorm: config.max_grad_norm,
    adamEps: config.adam_eps,
    weightDecay: 0,
    activation: config.activation,
  };
  const rates = {
    learningRate: config.learning_rate,
    criticLearningRate: config.learning_rate,
  };
  const network = goldenNetwork(golden.start);
  let learner: Learner = { network, adam: initialAdamState(flatten(network).length) };
  const statistics: UpdateStatistics[] = [];
  for (const order of golden.order) {
    for (let first = 0; first < golden.batch; first += minibatch) {
      const rows = order.slice(first, first + minibatch).map((b) => samples[b]!);
      const distribution = goldenDistribution(config, golden);
      const result = update(learner, distribution, rows, () => rates, settings);
      learner = result.learner;
      statistics.push(result.statistics);
    }
  }
  return { network: learner.network, statistics };
}

describe.each(readUpdateCases())('update.json, $config.distribution', (golden) => {
  const { network, statistics } = replay(golden);

  test('the whole update ends at the parameters of the file', () => {
    expectClose(flatten(network), flatten(goldenNetwork(golden.end)), 1e-10);
  });

  test.each([
    ['policyLoss', 'policy_loss'],
    ['valueLoss', 'value_loss'],
    ['entropy', 'entropy'],
    ['loss', 'loss'],
    ['approxKl', 'approx_kl'],
    ['oldApproxKl', 'old_approx_kl'],
    ['clipfrac', 'clip_fraction'],
    ['gradNorm', 'grad_norm'],
  ] as const)('%s of every minibatch is that of the file', (ours, theirs) => {
    const expected = golden.minibatch_stats.map((stats) => stats[theirs]);
    expectClose(
      statistics.map((stats) => stats[ours]),
      expected,
      1e-10,
    );
  });
});
