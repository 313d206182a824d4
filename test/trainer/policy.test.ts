/** A run that begins with the policy of another: parameters and what inputs are normalized by. */
import { describe, expect, test } from 'vitest';
import type { PpoConfig } from '../../src/config/ppo-config';
import { cartpole } from '../../src/environments/cartpole';
import { pendulum } from '../../src/environments/pendulum';
import { momentsOf, statisticsOf } from '../../src/kernels/running-moments';
import { createTrainer } from '../../src/trainer/create-trainer';
import type { Policy } from '../../src/trainer/policy';
import type { Trainer } from '../../src/trainer/trainer';
import type { TrainerOptions } from '../../src/trainer/trainer-options';
import { openTestGpu } from '../support/gpu';
import { allReports, SMALL, smallTrainer } from './training';

const NORMALIZED = { normObs: true, normReward: true };
const EVALUATION = { episodes: 7, greedy: true };

async function begin(
  given: Pick<TrainerOptions, 'policy' | 'parameters'>,
  config: Partial<PpoConfig> = {},
  environment = cartpole,
): Promise<Trainer> {
  const options = { gpu: await openTestGpu(), environment };
  return createTrainer({ ...options, config: { ...SMALL, ...config }, ...given });
}

/** What a run with these fields leaves. */
async function trainPolicy(config: Partial<PpoConfig>): Promise<Policy> {
  const trainer = await smallTrainer(config);
  await allReports(trainer);
  const policy = await trainer.policy();
  trainer.destroy();
  return policy;
}

// The returns of Pendulum-v1 tell any two policies apart.
test.each([1, 2])('it plays the same, for %d agents', async (numAgents) => {
  const config = { ...NORMALIZED, numAgents };
  const first = await begin({}, config, pendulum);
  await allReports(first);
  const policy = await first.policy();
  const second = await begin({ policy }, config, pendulum);
  expect(await second.policy()).toEqual(policy);
  const evaluation = await first.evaluate(EVALUATION);
  expect(await second.evaluate(EVALUATION)).toEqual(evaluation);
  // What the statistics are worth: the parameters alone play otherwise.
  const bare = await begin({ parameters: policy.parameters }, config, pendulum);
  expect(await bare.evaluate(EVALUATION)).not.toEqual(evaluation);
  for (const trainer of [first, second, bare]) trainer.destroy();
});

test('its statistics are those of everything seen', async () => {
  const { agents, batch, iterations } = (await smallTrainer()).run.sizes;
  const policy = await trainPolicy(NORMALIZED);
  const { observationStatistics, returnStatistics } = policy;
  const seen = batch * iterations;
  expect([...observationStatistics!.count]).toEqual(Array(4 * agents).fill(seen));
  expect([...returnStatistics!.count]).toEqual(Array(agents).fill(seen));
  expect(Math.min(...observationStatistics!.variance)).toBeGreaterThan(0);
  expect(returnStatistics!.mean[0]).toBeGreaterThan(1);
});

test('without normalizers it is parameters alone', async () => {
  const { parameters, observationStatistics, returnStatistics } = await trainPolicy({});
  expect(parameters.length).toBe(94);
  expect([observationStatistics, returnStatistics]).toEqual([undefined, undefined]);
});

test('that of one agent is for all alike', async () => {
  const policy = await trainPolicy(NORMALIZED);
  const trainer = await begin({ policy }, { ...NORMALIZED, numAgents: 3 });
  const { observationStatistics, returnStatistics } = await trainer.policy();
  const { mean } = policy.observationStatistics!;
  expect([...observationStatistics!.mean]).toEqual([...mean, ...mean, ...mean]);
  expect(returnStatistics!.variance).toEqual(
    new Float64Array(3).fill(policy.returnStatistics!.variance[0]!),
  );
  trainer.destroy();
});

describe('is refused', () => {
  const array = (length: number, value = 1): Float64Array => new Float64Array(length).fill(value);
  const statistics = (fields: number) => ({
    ...{ count: array(fields), mean: array(fields), variance: array(fields) },
  });
  const parameters = new Float32Array(94);
  const observationStatistics = statistics(4);

  test.each<[string, Policy, string]>([
    [
      'without statistics of the observations',
      { parameters },
      'policy has no observationStatistics, but normObs is true',
    ],
    [
      'with too few of them',
      { parameters, observationStatistics: statistics(3) },
      "policy.observationStatistics.count has 3 numbers; this run's are [1] x [4]",
    ],
    [
      'with a negative variance',
      { parameters, observationStatistics: { ...observationStatistics, variance: array(4, -1) } },
      'policy.observationStatistics.variance[0] is -1; it must be at least 0',
    ],
    [
      'with a mean that is not finite',
      {
        parameters,
        observationStatistics: { ...observationStatistics, mean: array(4, Number.NaN) },
      },
      'policy.observationStatistics.mean[0] is NaN; it must be finite',
    ],
    [
      'with parameters of another network',
      { parameters: new Float32Array(3), observationStatistics },
      "policy.parameters has 3 numbers; this run's are [1] x [94]",
    ],
    [
      'where it is none',
      { observationStatistics } as unknown as Policy,
      'policy.parameters is undefined; it must be an array of floats',
    ],
  ])('%s', async (_, policy, message) => {
    await expect(begin({ policy }, { normObs: true })).rejects.toMatchObject({
      name: 'ConfigError',
      message: expect.stringContaining(message),
    });
  });

  test('with statistics where observations stay as they are', async () => {
    await expect(begin({ policy: { parameters, observationStatistics } })).rejects.toThrow(
      'policy has observationStatistics, but normObs is false',
    );
  });

  test('beside parameters', async () => {
    await expect(begin({ policy: { parameters }, parameters })).rejects.toThrow(
      'policy and parameters are both given',
    );
  });
});

test('moments are written as they are read, with what rounding takes from each', () => {
  const seen = [4, 0.1, 7, 0, 1e-9, -1e-7];
  const unseen = [0, 0, 0, 0, 0, 0];
  const long = [16_777_216, -1e30, 1e-3, 1, 1e21, 1e-11];
  const words = Float32Array.from([...seen, ...unseen, ...long]);
  const read = statisticsOf(words);
  expect([...read.count]).toEqual([4, 0, 16_777_217]);
  expect(read.mean[0]).toBe(Math.fround(0.1) + Math.fround(1e-9));
  expect(read.variance[0]).toBe((7 - Math.fround(1e-7)) / 4);
  expect(read.variance[1]).toBe(0);
  expect(momentsOf(read).subarray(0, 16)).toEqual(words.subarray(0, 16));
});
