/** The frozen reference policy: its log-probabilities, its penalty and its effect. */
import { describe, expect, test } from 'vitest';
import { ReferencePolicy } from '../../src/advantages/reference';
import type { PpoConfig } from '../../src/config/ppo-config';
import { cartpole } from '../../src/environments/cartpole';
import type { EnvironmentDefinition } from '../../src/environments/definition';
import { pendulum } from '../../src/environments/pendulum';
import { writeTensor } from '../../src/gpu/readback';
import {
  categorical,
  type Distribution,
  diagonalGaussian,
  maskedBy,
  multiCategorical,
} from '../reference/distributions';
import { expectClose } from '../reference/expect-close';
import { mlpForward } from '../reference/mlp';
import { decisiveParameters, openPlayed } from '../rollout/played';
import { networkOf } from '../support/network';
import { readFloats, runDispatches } from '../support/run-dispatches';
import { turnstile, turnstileTwin } from '../support/turnstile';
import { allReports, smallTrainer } from '../trainer/training';

const [ENVS, STEPS, BETA] = [7, 9, 0.5] as const;

/**
 * A rollout and its reference stages: rows [T][field][N] before and after, and the reference
 * network.
 */
async function compared(environment: EnvironmentDefinition, seed: number) {
  const config = { refKlRewardCoef: BETA };
  const options = { environment, envs: ENVS, steps: STEPS, seed, config };
  const played = await openPlayed({ ...options, hiddenSizes: [5], activation: 'tanh' });
  const { world, layout, parameters } = played;
  const { runtime, task, agents, buffer } = world;
  const other = decisiveParameters(layout).map((value, i) => value * (1 + 0.3 * Math.sin(i)));
  const tensor = runtime.arena.declare('reference', [1, layout.parameterCount]);
  const reference = new ReferencePolicy(runtime, {
    ...{ task, agents, layout, rollout: buffer },
    reference: tensor,
  });
  runtime.arena.allocate();
  writeTensor(runtime.gpu, tensor, other);
  await played.next();
  const before = await readFloats(runtime, buffer.rewards);
  await runDispatches(
    runtime,
    reference.stages().flatMap(({ dispatches }) => dispatches),
  );
  const rowsOf = (flat: readonly number[], fields: number): number[][][] =>
    Array.from({ length: flat.length / (fields * buffer.sizes.stride) }, (_, t) =>
      Array.from({ length: fields }, (_, f) => {
        const first = (t * fields + f) * buffer.sizes.stride;
        return flat.slice(first, first + ENVS);
      }),
    );
  return {
    ...{ parameters, network: networkOf(layout, other) },
    before: rowsOf(before, 1),
    rewards: rowsOf(await readFloats(runtime, buffer.rewards), 1),
    logProbs: rowsOf(await readFloats(runtime, buffer.logProbs), 1),
    observations: rowsOf(await readFloats(runtime, buffer.observations), task.observationSize),
    actions: rowsOf(await readFloats(runtime, buffer.actions), task.distribution.actionRows),
  };
}

const CASES: readonly (readonly [string, EnvironmentDefinition, Distribution])[] = [
  ['choices', cartpole, categorical(2)],
  ['a box', pendulum, diagonalGaussian(1)],
  ['masked choices', turnstile, multiCategorical([3, 2])],
];

describe.each(CASES)('of %s', (_, environment, distribution) => {
  test("every action gets the twin's log-probability, every reward its penalty", async () => {
    const { network, before, rewards, logProbs, observations, actions } = await compared(
      environment,
      4,
    );
    const column = (rows: readonly (readonly number[])[], n: number): number[] =>
      rows.map((field) => field[n]!);
    for (let t = 0; t < STEPS; t++) {
      for (let n = 0; n < ENVS; n++) {
        const observation = column(observations[t]!, n);
        const stored = column(actions[t]!, n);
        const head = mlpForward(network.actor, observation, 'tanh').output;
        const mask =
          environment === turnstile
            ? turnstileTwin.actionMask!({
                open: Math.round(3 * observation[0]!),
                steps: Math.round(4 * observation[1]!),
              })
            : undefined;
        const policy = maskedBy(distribution, mask);
        const action = stored.slice(0, distribution.actionSize);
        const expected = policy.logProb([...head, ...network.logStd], action);
        expectClose([stored.at(-1)!], [expected], 1e-4, 1);
        const penalty = BETA * (logProbs[t]![0]![n]! - expected);
        expectClose([rewards[t]![0]![n]!], [before[t]![0]![n]! - penalty], 1e-4, 1);
      }
    }
  });
});

/**
 * log π_ref - log π averaged over the last iteration, by k3, after 40 iterations at a high rate.
 */
async function distance(config: Partial<PpoConfig>): Promise<number> {
  const trainer = await smallTrainer({
    ...{ totalTimesteps: 40 * 60, learningRate: 2e-2, annealLr: false, entCoef: 0 },
    ...config,
  });
  const reports = await allReports(trainer);
  trainer.destroy();
  return reports.at(-1)!.agents[0]!['losses/reference_kl'];
}

test('a policy moves away from its start, unless the loss or the reward penalizes it', async () => {
  // A coefficient too small to matter only measures.
  const free = await distance({ refKlCoef: 1e-9 });
  const held = await distance({ refKlCoef: 3 });
  const paid = await distance({ refKlRewardCoef: 10, refKlCoef: 1e-9 });
  expect(free).toBeGreaterThan(0.05);
  expect(held).toBeLessThan(free / 5);
  expect(paid).toBeLessThan(free / 2);
});

test('at the start the policy is its own reference', async () => {
  const trainer = await smallTrainer({
    ...{ refKlCoef: 1, learningRate: 0, updateEpochs: 1, numMinibatches: 1 },
  });
  for (const { agents } of await allReports(trainer)) {
    expect(Math.abs(agents[0]!['losses/reference_kl'])).toBeLessThan(1e-9);
  }
  trainer.destroy();
});

test('a policy is pulled to the given reference, not to its start', async () => {
  const other = await smallTrainer({ seed: 77 });
  const referenceParameters = decisiveParameters(other.run.layout);
  other.destroy();
  const far = await smallTrainer(
    { refKlCoef: 3, learningRate: 2e-2, annealLr: false, entCoef: 0, totalTimesteps: 40 * 60 },
    cartpole,
    { referenceParameters },
  );
  const distances = (await allReports(far)).map(({ agents }) => agents[0]!['losses/reference_kl']);
  far.destroy();
  expect(distances[0]).toBeGreaterThan(0);
  expect(distances.at(-1)!).toBeLessThan(distances[0]! / 2);
});

test('a reference that nothing uses is refused', async () => {
  const referenceParameters = new Float32Array(1);
  await expect(smallTrainer({}, cartpole, { referenceParameters })).rejects.toThrow(
    'referenceParameters are given, but refKlCoef and refKlRewardCoef are 0; ' +
      'set one of them above 0',
  );
});

test('without coefficients there is no reference', async () => {
  const trainer = await smallTrainer();
  expect(trainer.state.reference).toBeUndefined();
  expect(trainer.run.stages.map(({ name }) => name)).not.toContain('reference');
  trainer.destroy();
});
