import { describe, expect, test } from 'vitest';
import { type GaeForm, gae, gaeForm } from '../../src/advantages/gae';
import { expectClose } from '../reference/expect-close';
import { type GaeCase, readGaeCases } from '../reference/fixtures';
import { type GaeInput, gae as twinGae } from '../reference/gae';
import { TWO_STEP_CASES, twoSteps } from '../reference/two-steps';
import { agentsTensor } from '../support/agents';
import { openRuntime, readFloats, runDispatches } from '../support/run-dispatches';
import { packGae } from './pack-gae';

const TOLERANCE = 2e-6;
const FORMS: readonly GaeForm[] = ['serial', 'scan'];
const runtime = await openRuntime();

/** Advantages and returns [agent][T][N] on the device. */
async function deviceGae(inputs: readonly GaeInput[], form: GaeForm) {
  const { rollout, values } = packGae(runtime, inputs);
  const hyper = inputs.map(({ gamma, gaeLambda }) => ({ gamma, gae_lambda: gaeLambda }));
  const dispatch = gae(runtime, agentsTensor(runtime, hyper), rollout, values, form);
  await runDispatches(runtime, [dispatch]);
  const { envs, stride, steps } = rollout.sizes;
  const unpack = (flat: readonly number[]): number[][] =>
    inputs.map((_, agent) =>
      Array.from({ length: steps }, (_, t) => {
        const row = (agent * steps + t) * stride;
        return flat.slice(row, row + envs);
      }).flat(),
    );
  return {
    advantages: unpack(await readFloats(runtime, values.advantages)),
    returns: unpack(await readFloats(runtime, values.returns)),
  };
}

const goldenInput = (golden: GaeCase): GaeInput => ({
  ...golden,
  gaeLambda: golden.gae_lambda,
  finalValues: golden.final_values,
  lastValues: golden.last_values,
});

describe.each(FORMS)('gae, %s', (form) => {
  test.each(readGaeCases())('gae.json, T = $T, N = $N, lambda $gae_lambda', async (golden) => {
    const { advantages, returns } = await deviceGae([goldenInput(golden)], form);
    expectClose(advantages[0]!, golden.advantages.flat(), TOLERANCE);
    expectClose(returns[0]!, golden.returns.flat(), TOLERANCE);
  });

  test('each agent has its own gamma, lambda and rollout', async () => {
    const golden = goldenInput(readGaeCases()[2]!);
    const other = {
      ...golden,
      gamma: 0.8,
      gaeLambda: 0.7,
      rewards: golden.rewards.map((row) => row.map((reward) => 1 - 2 * reward)),
    };
    const { advantages, returns } = await deviceGae([golden, other], form);
    for (const [agent, input] of [golden, other].entries()) {
      const twin = twinGae(input);
      expectClose(advantages[agent]!, twin.advantages.flat(), TOLERANCE);
      expectClose(returns[agent]!, twin.returns.flat(), TOLERANCE);
    }
  });

  test('a discount of its own stands in for those of the agents, bit for bit', async () => {
    const golden = goldenInput(readGaeCases()[2]!);
    const discount = { gamma: 0.8, lambda: 0.7 };
    const { rollout, values } = packGae(runtime, [golden]);
    const agents = agentsTensor(runtime, [{ gamma: 0.1, gae_lambda: 0.2 }]);
    await runDispatches(runtime, [gae(runtime, agents, rollout, values, form, discount)]);
    const found = await readFloats(runtime, values.advantages);
    const own = packGae(runtime, [golden]);
    const hyper = agentsTensor(runtime, [{ gamma: 0.8, gae_lambda: 0.7 }]);
    await runDispatches(runtime, [gae(runtime, hyper, own.rollout, own.values, form)]);
    expect(found).toEqual(await readFloats(runtime, own.values.advantages));
    const twin = twinGae({ ...golden, gamma: 0.8, gaeLambda: 0.7 });
    expectClose(found.slice(0, rollout.sizes.envs), twin.advantages[0]!, TOLERANCE);
  });

  test.each(TWO_STEP_CASES)(
    'the first of two steps %s',
    async (_, terminated, truncated, first) => {
      const { advantages, returns } = await deviceGae([twoSteps(terminated, truncated)], form);
      expect(advantages).toEqual([[first, 2]]);
      expect(returns).toEqual([[first + 3, 6]]);
    },
  );
});

test('few environments with long rollouts are scanned, all others run serially', () => {
  expect(gaeForm({ envs: 4, steps: 2048 })).toBe('scan');
  expect(gaeForm({ envs: 4096, steps: 2048 })).toBe('serial');
  expect(gaeForm({ envs: 4, steps: 32 })).toBe('serial');
});

describe.each(FORMS)('plain discounted returns are those of lambda 1, %s', (form) => {
  test('whatever the values are', async () => {
    const sum = (values: readonly number[]): GaeInput => ({
      gamma: 0.5,
      gaeLambda: 1,
      rewards: [[4], [2], [8], [1]],
      values: values.map((value) => [value]),
      terminated: [[0], [1], [0], [0]],
      truncated: [[0], [0], [0], [0]],
      finalValues: [[0], [0], [0], [0]],
      lastValues: [16],
    });
    // 2, 4 + 2/2 before the end of the task; then 1 + 16/2 and 8 + 9/2 to the end of the rollout.
    const expected = [5, 2, 12.5, 9];
    for (const values of [
      [0, 0, 0, 0],
      [1, -2, 4, 64],
    ]) {
      expect((await deviceGae([sum(values)], form)).returns[0]).toEqual(expected);
      expect(twinGae(sum(values)).returns.flat()).toEqual(expected);
    }
  });

  test('and a truncation adds the value of the final observation', async () => {
    const input: GaeInput = {
      gamma: 0.5,
      gaeLambda: 1,
      rewards: [[4], [2], [8]],
      values: [[3], [7], [5]],
      terminated: [[0], [0], [0]],
      truncated: [[0], [1], [0]],
      finalValues: [[0], [12], [0]],
      lastValues: [2],
    };
    // 2 + 12/2 = 8 and 4 + 8/2 = 8; 8 + 2/2 = 9
    expect((await deviceGae([input], form)).returns[0]).toEqual([8, 8, 9]);
  });
});
