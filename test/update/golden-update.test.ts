import { describe, test } from 'vitest';
import { LAYERED, type UpdatePlan } from '../../src/network/kernel-plan';
import { STATISTICS } from '../../src/update/ppo-loss';
import { flatten } from '../reference/actor-critic';
import { expectClose } from '../reference/expect-close';
import {
  goldenNetwork,
  goldenSamples,
  readUpdateCases,
  type UpdateCase,
} from '../reference/fixtures';
import { openRuntime, readFloats } from '../support/run-dispatches';
import { fusedUpdates } from './fused-plans';
import { AGENT, GoldenUpdate, goldenRecord } from './golden-update';

const TOLERANCE = 1e-4;
const runtime = await openRuntime();

/** All epochs of all minibatches on the device, in the file's order. */
async function replay(golden: UpdateCase, plan: UpdatePlan) {
  const { config, minibatch, order } = golden;
  const updates = golden.minibatch_stats.length;
  const { max_grad_norm, learning_rate, adam_eps } = config;
  const run = new GoldenUpdate(runtime, {
    config,
    batch: golden,
    network: goldenNetwork(golden.start),
    record: {
      ...goldenRecord(config),
      ...{ max_grad_norm, learning_rate, critic_learning_rate: learning_rate, adam_eps },
    },
    samples: minibatch,
    updates,
    plan,
  });
  const samples = goldenSamples(golden);
  const visits = order.flat().map((b) => samples[b]!);
  for (let update = 0; update < updates; update += 1) {
    await run.step(visits.slice(update * minibatch, (update + 1) * minibatch), update);
  }
  const statistics = await readFloats(runtime, run.update.statistics);
  const row = (update: number): number => (AGENT * updates + update) * STATISTICS.length;
  return {
    parameters: (await readFloats(runtime, run.parameters)).slice(AGENT * run.parameterCount),
    statistics: golden.minibatch_stats.map((_, update) =>
      statistics.slice(row(update), row(update + 1)),
    ),
  };
}

/** The layered kernels, and every variant of the fused ones. */
const PLANS = [LAYERED.update, ...fusedUpdates(runtime.gpu)];
const CASES = readUpdateCases().flatMap((golden) =>
  PLANS.map((plan) => [golden.config.distribution, JSON.stringify(plan), golden, plan] as const),
);

describe.each(CASES)('update.json, %s, %s', async (_, __, golden, plan) => {
  const { parameters, statistics } = await replay(golden, plan);

  test('the whole update ends at the parameters of the file', () => {
    expectClose(parameters, flatten(goldenNetwork(golden.end)), TOLERANCE);
  });

  test('every parameter has gone the way of the file', () => {
    const start = flatten(goldenNetwork(golden.start));
    const way = flatten(goldenNetwork(golden.end)).map((end, p) => end - start[p]!);
    const moved = parameters.map((parameter, p) => parameter - start[p]!);
    expectClose(moved, way, 5e-4);
  });

  test.each([
    ['policy_loss', 'policy_loss'],
    ['value_loss', 'value_loss'],
    ['entropy', 'entropy'],
    ['loss', 'loss'],
    ['approx_kl', 'approx_kl'],
    ['old_approx_kl', 'old_approx_kl'],
    ['clipfrac', 'clip_fraction'],
    ['grad_norm', 'grad_norm'],
  ] as const)('%s of every minibatch is that of the file', (ours, theirs) => {
    for (const [update, stats] of golden.minibatch_stats.entries()) {
      const found = statistics[update]![STATISTICS.indexOf(ours)]!;
      // Means of terms near 1 that may cancel to nearly 0: no better than float32's rounding of 1,
      // hence a floor of 1e-6.
      const floor = 1e-6 / TOLERANCE;
      expectClose([found], [stats[theirs]], TOLERANCE, floor);
    }
  });
});
