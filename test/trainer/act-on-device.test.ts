/** Policies that act on the device for given observations, held to their float64 twins. */
import { describe, expect, test } from 'vitest';
import { ESTIMATORS } from '../../src/config/estimators';
import { layoutActorCritic } from '../../src/network/actor-critic';
import { outlineTask } from '../../src/rollout/task';
import { actOnDevice } from '../../src/trainer/act-on-device';
import { recordObservations } from '../../src/trainer/record-observations';
import type { SavedPolicy } from '../../src/trainer/saved-policy';
import { POLICY_CASES, randomPolicy, signals } from '../export/policies';
import { actorCriticForward } from '../reference/actor-critic';
import * as twins from '../reference/distributions';
import { expectClose } from '../reference/expect-close';
import { normalizeObservation } from '../reference/running-moments';
import { clock } from '../rollout/clock';
import { openTestGpu } from '../support/gpu';
import { networkOf } from '../support/network';
import { randomFloats } from '../support/run-dispatches';
import { settingsOf } from '../support/settings';

/** The policy's distribution as a twin. */
function distributionOf({ environment: { action }, config }: SavedPolicy): twins.Distribution {
  if (action.type === 'discrete') return twins.categorical(action.n);
  if (action.type === 'multi-discrete') return twins.multiCategorical(action.nvec);
  const { squashActions, stateDependentStd, logStdMin, logStdMax } = config;
  const logStdBounds = stateDependentStd ? ([logStdMin, logStdMax] as const) : null;
  const options = { low: action.low, high: action.high, logStdBounds };
  const make = squashActions ? twins.squashedGaussian : twins.diagonalGaussian;
  return make(action.low.length, options);
}

/** Greedy action, its log-probability and the value of one observation. */
function twinDecision(saved: SavedPolicy, agent: number, observation: number[], mask?: boolean[]) {
  const { environment, config, policy } = saved;
  const outline = outlineTask(environment, config);
  const withCritic = ESTIMATORS[config.advantageEstimator].critic;
  const layout = layoutActorCritic({ ...config, ...outline.distribution, ...outline, withCritic });
  const count = layout.parameterCount;
  const own = policy.parameters.slice(agent * count, (agent + 1) * count);
  const { activation, clipObs } = settingsOf(config, agent);
  const statistics = policy.observationStatistics;
  const fields = observation.map((_, field) => agent * observation.length + field);
  const moments = fields.map((at) => ({
    count: statistics?.count[at] ?? 0,
    mean: statistics?.mean[at] ?? 0,
    m2: (statistics?.variance[at] ?? 0) * (statistics?.count[at] ?? 0),
  }));
  const inputs = config.normObs ? normalizeObservation(observation, moments, clipObs) : observation;
  const { parameters, value } = actorCriticForward(networkOf(layout, own), inputs, activation);
  const distribution = twins.maskedBy(distributionOf(saved), mask);
  const chosen = distribution.mode(parameters);
  return {
    action: distribution.executed(chosen),
    logProbability: distribution.logProb(parameters, chosen),
    value,
  };
}

describe.each(POLICY_CASES)('$name', ({ saved, agent = 0 }) => {
  test('acts as its twin', async () => {
    const { length: size } = saved.environment.observation;
    const floats = randomFloats(11 * size, 4, 2);
    const observations = Array.from({ length: 11 }, (_, n) =>
      Float32Array.from(floats.slice(n * size, (n + 1) * size)),
    );
    const { distributionSize, maskWords } = outlineTask(
      saved.environment,
      saved.config,
    ).distribution;
    // Every third choice is forbidden, another one for each observation.
    const masks = observations.map((_, n) =>
      Array.from({ length: distributionSize }, (_, d) => (d + n) % 3 > 0),
    );
    const inputs = { observations, masks: maskWords > 0 ? masks : undefined };
    const found = await actOnDevice(await openTestGpu(), saved, inputs, { agent });
    const expected = observations.map((own, n) =>
      twinDecision(saved, agent, [...own], inputs.masks?.[n]),
    );
    expectClose(
      found.actions.flat(),
      expected.flatMap(({ action }) => action),
      1e-5,
      1,
    );
    const logs = expected.map(({ logProbability }) => logProbability);
    expectClose([...found.logProbabilities], logs, 1e-5, 1);
    const { critic } = ESTIMATORS[saved.config.advantageEstimator];
    if (critic)
      expectClose(
        [...found.values!],
        expected.map(({ value }) => value),
        1e-5,
        1,
      );
    else expect(found.values).toBeNull();
  });
});

test('observations are recorded step by step, over the ends of episodes', async () => {
  const gpu = await openTestGpu();
  const sizes = { environments: 5, steps: 8 };
  const { observations, masks } = await recordObservations(gpu, randomPolicy(clock), sizes);
  expect(masks).toBeUndefined();
  expect(observations.length).toBe(40);
  for (const [index, [name, step]] of observations.entries()) {
    const before = observations[index - 5];
    // An episode has at most three steps; a new one has another name.
    const goesOn = before !== undefined && before[0] === name;
    expect(step).toBe(goesOn ? before[1]! + 1 : 0);
    expect(step).toBeLessThan(3);
  }
});

test('recorded masks are those of the states, completed', async () => {
  const environment = signals({ type: 'multi-discrete', nvec: [3, 2] }, { actionMask: true });
  const saved = randomPolicy(environment);
  const sizes = { environments: 5, steps: 8 };
  const { observations, masks } = await recordObservations(await openTestGpu(), saved, sizes);
  expect(masks!.length).toBe(observations.length);
  for (const mask of masks!) {
    expect(mask.length).toBe(5);
    expect(mask.slice(0, 3)).toContain(true);
    expect(mask.slice(3)).toContain(true);
  }
  expect(new Set(masks!.map(String)).size).toBeGreaterThan(5);
});
