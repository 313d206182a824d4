/** One update of every kind of network against the twin, on the samples of the golden losses. */
import { describe, expect, test } from 'vitest';
import { STATISTICS } from '../../src/update/ppo-loss';
import { actorCriticForward, batchGradient } from '../reference/actor-critic';
import { globalNorm } from '../reference/adam';
import { expectClose } from '../reference/expect-close';
import {
  goldenDistribution,
  goldenLossSettings,
  goldenSamples,
  type LossCase,
  readLossCases,
} from '../reference/fixtures';
import { batchLoss } from '../reference/ppo-loss';
import { networkOf } from '../support/network';
import { openRuntime, randomFloats, readFloats } from '../support/run-dispatches';
import { AGENT, GoldenUpdate, goldenLayout, goldenRecord, type Structure } from './golden-update';

const runtime = await openRuntime();

/** The smallest case of each distribution. */
const CASES = ['categorical', 'multi_categorical', 'diagonal_gaussian'].map((name) => {
  const cases = readLossCases().filter(({ config }) => config.distribution === name);
  return cases.sort((a, b) => a.batch - b.batch)[0]!;
});

async function deviceUpdate(golden: LossCase, structure: Structure) {
  const { config } = golden;
  const layout = goldenLayout(config, golden, structure);
  const parameters = Float32Array.from(randomFloats(layout.parameterCount, 5, 0.3));
  const network = networkOf(layout, parameters);
  const [record, updates] = [goldenRecord(config), 1];
  const run = new GoldenUpdate(runtime, {
    ...{ config, batch: golden, network, structure, record, samples: golden.batch, updates },
  });
  await run.step(goldenSamples(golden), 0);
  const statistics = await readFloats(runtime, run.update.statistics);
  const gradients = await run.gradients();
  return {
    network,
    layout,
    gradient: gradients.slice(AGENT * layout.parameterCount),
    gradNorm: statistics[AGENT * STATISTICS.length + STATISTICS.indexOf('grad_norm')]!,
  };
}

describe.each(CASES)('$config.distribution', (golden) => {
  test.each<[string, Structure]>([
    ['separate networks', {}],
    ['a shared trunk', { sharedTrunk: true }],
    ['normalized separate networks', { layerNorm: true }],
    ['a normalized shared trunk', { sharedTrunk: true, layerNorm: true }],
    ['a critic of another activation', { criticActivation: 'silu' }],
    ['an actor alone', { withCritic: false }],
    ['a normalized actor alone', { withCritic: false, sharedTrunk: true, layerNorm: true }],
  ])('%s: the gradient is that of the twin', async (_, structure) => {
    const { network, gradient, gradNorm, layout } = await deviceUpdate(golden, structure);
    const { activation } = golden.config;
    const activations = { actor: activation, critic: structure.criticActivation ?? activation };
    const twin = { ...activations, critic: activations.critic as typeof activation };
    const samples = goldenSamples(golden);
    const traces = samples.map((s) => actorCriticForward(network, s.observation, twin));
    const settings = goldenLossSettings(golden.config);
    const loss = batchLoss(goldenDistribution(golden.config, golden), traces, samples, settings);
    const expected = batchGradient(network, traces, loss.dParameters, loss.dValues, twin);
    expect(gradient.length).toBe(layout.parameterCount);
    expectClose(gradient, expected, 1e-5);
    expectClose([gradNorm], [globalNorm(expected)], 1e-5);
  });
});
