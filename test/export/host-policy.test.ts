/** Policies on the host: they do what they do on the device, and say what they cannot act on. */
import { beforeAll, describe, expect, test } from 'vitest';
import { cartpole } from '../../src/environments/cartpole';
import { loadPolicy } from '../../src/export/host-policy';
import { Rng, STREAM, type Words } from '../../src/kernels/rng';
import { type ActInputs, actOnDevice, type Decisions } from '../../src/trainer/act-on-device';
import { recordObservations } from '../../src/trainer/record-observations';
import { encodePolicy, type SavedPolicy } from '../../src/trainer/saved-policy';
import { expectClose } from '../reference/expect-close';
import { openTestGpu } from '../support/gpu';
import { POLICY_CASES, randomPolicy, signals } from './policies';

/** To 1e-5 of the largest number of each kind, at least 1; equal choices. */
function expectDecisions(found: Decisions, expected: Decisions): void {
  for (const a of expected.actions[0]!.keys()) {
    const column = ({ actions }: Decisions) => actions.map((action) => action[a]!);
    expectClose(column(found), column(expected), 1e-5, 1);
  }
  expectClose(found.logProbabilities, expected.logProbabilities, 1e-5, 1);
  expect(found.values === null).toBe(expected.values === null);
  if (expected.values) expectClose(found.values!, expected.values, 1e-5, 1);
}

/** The numbers that the device draws for environment `n` in the first step of an iteration. */
function deviceRandom({ config, environment }: SavedPolicy, agent: number, n: number) {
  const key: Words = [config.seed + agent, 0, STREAM.act, 2 ** 32 - 1];
  const rng = new Rng(key, [0, 0, n]);
  let ready: number[] = [];
  return () => {
    // A normal number uses two numbers of a block, a choice the first one.
    if (ready.length === 0)
      ready = rng.random4().slice(0, environment.action.type === 'box' ? 2 : 1);
    return ready.shift()!;
  };
}

/** Random numbers of which each normal number becomes 1 or -1. */
function normalNumber(sign: 1 | -1): () => number {
  let isFirst = false;
  return () => {
    isFirst = !isFirst;
    // Box and Muller: the radius, then the angle as a part of a turn.
    if (isFirst) return 1 - Math.exp(-0.5);
    return sign === 1 ? 0 : 0.5;
  };
}

describe.each(POLICY_CASES)('$name', ({ saved, agent = 0 }) => {
  let inputs: ActInputs;
  beforeAll(async () => {
    const sizes = { agent, environments: 7, steps: 9 };
    inputs = await recordObservations(await openTestGpu(), saved, sizes);
  });

  test.each([true, false])('acts as on the device with greedy %s', async (greedy) => {
    const expected = await actOnDevice(await openTestGpu(), saved, inputs, { agent, greedy });
    const policy = await loadPolicy(encodePolicy(saved), { agent });
    const found = inputs.observations.map((observation, n) =>
      policy.act(observation, {
        ...{ mask: inputs.masks?.[n], greedy, random: deviceRandom(saved, agent, n) },
      }),
    );
    const values = found.map(({ value }) => value);
    expectDecisions(
      {
        actions: found.map(({ action }) => action),
        logProbabilities: found.map(({ logProbability }) => logProbability),
        values: values[0] === null ? null : values.map(Number),
      },
      expected,
    );
    // The cases are worth something: neither all alike nor at a bound.
    expect(new Set(expected.logProbabilities).size).toBeGreaterThan(greedy ? 0 : 20);
  });

  test('says what it draws from', async () => {
    const policy = await loadPolicy(saved, { agent });
    for (const [n, observation] of inputs.observations.entries()) {
      const mask = inputs.masks?.[n];
      const drawn = policy.distribution(observation, { mask });
      const act = (random?: () => number) =>
        policy.act(observation, { mask, greedy: !random, random });
      if (drawn.kind === 'choices') {
        const { action, logProbability } = act(Math.random);
        const chosen = drawn.probabilities.map((own, choice) => own[action[choice]!]!);
        expect(chosen.reduce((sum, p) => sum + Math.log(p), 0)).toBeCloseTo(logProbability, 5);
        for (const own of drawn.probabilities) {
          expect(own.reduce((sum, p) => sum + p, 0)).toBeCloseTo(1, 6);
        }
        const all = drawn.probabilities.flat();
        if (mask) expect(all.map((p) => p > 0)).toEqual(mask);
      } else {
        expect(act().action).toEqual(drawn.middle);
        expect(act(normalNumber(1)).action).toEqual(drawn.above);
        expect(act(normalNumber(-1)).action).toEqual(drawn.below);
        const density = drawn.deviation.map((own) => -Math.log(own * Math.sqrt(2 * Math.PI)));
        const { squashActions } = saved.config;
        const sum = density.reduce((total, own) => total + own, 0);
        if (!squashActions) expect(act().logProbability).toBeCloseTo(sum, 5);
      }
    }
  });
});

test('a batch is decided as its observations are', async () => {
  const saved = randomPolicy(
    signals({ type: 'multi-discrete', nvec: [3, 2] }, { actionMask: true }),
  );
  const policy = await loadPolicy(saved);
  const observations = [
    [0.1, 0.2, 0.3, 0.4, 0.5],
    [1, -1, 1, -1, 1],
  ];
  const masks = [
    [true, false, true, true, true],
    [0, 0, 1, 1, 0],
  ];
  expect(policy.act([])).toEqual([]);
  expect(policy.act([], { mask: [] })).toEqual([]);
  const decisions = policy.act(observations, { mask: masks });
  expect(decisions).toEqual([0, 1].map((n) => policy.act(observations[n]!, { mask: masks[n] })));
  expect(decisions[1]!.action).toEqual([2, 0]);
});

test('it draws with Math.random unless it is given numbers', async () => {
  const policy = await loadPolicy(randomPolicy(cartpole));
  const observation = [0, 0, 0, 0];
  const draw = (random?: () => number) =>
    policy.act(observation, { greedy: false, random }).action[0];
  expect(draw(() => 0)).toBe(0);
  expect(draw(() => 1 - 2 ** -24)).toBe(1);
  expect(new Set(Array.from({ length: 200 }, () => draw()))).toEqual(new Set([0, 1]));
});

test('a sample is always allowed, even where rounding leaves no choice', async () => {
  const environment = signals({ type: 'discrete', n: 4 }, { actionMask: true });
  const policy = await loadPolicy(randomPolicy(environment));
  const options = { mask: [true, true, false, false], greedy: false, random: () => 1 };
  expect(policy.act([0, 0, 0, 0, 0], options).action).toEqual([1]);
});

test('what is normalized before any observation is only clipped', async () => {
  const { environment, config, policy } = randomPolicy(cartpole, { clipObs: 1 });
  const plain = await loadPolicy({ environment, config, policy });
  const clipped = await loadPolicy({ environment, config: { ...config, normObs: true }, policy });
  expect(clipped.act([5, -7, 0.5, 1])).toEqual(plain.act([1, -1, 0.5, 1]));
});

describe('is refused:', () => {
  const plain = loadPolicy(randomPolicy(cartpole));
  const masked = loadPolicy(
    randomPolicy(signals({ type: 'multi-discrete', nvec: [3, 2] }, { actionMask: true })),
  );
  const five = [0, 0, 0, 0, 0];

  test.each<[string, unknown, string]>([
    [
      'too few numbers',
      [1, 2, 3],
      'observation has 3 numbers; it must have 4 (position, velocity, angle, angular velocity)',
    ],
    ['no number', [0, 0, Number.NaN, 0], 'observation[2] (angle) is NaN; it must be a finite'],
    [
      'no float32 number',
      [0, 1e39, 0, 0],
      'observation[1] (velocity) is 1e+39; it must be a finite',
    ],
    ['a single number', 5, 'observation is 5; it must have 4'],
    ['a batch with a bad one', [[0, 0, 0, 0], [1]], 'observation 1 has 1 numbers; it must have 4'],
  ])('%s', async (_, observation, message) => {
    const policy = await plain;
    expect(() => policy.act(observation as number[])).toThrow(
      expect.objectContaining({
        name: 'PolicyInputError',
        message: expect.stringContaining(message),
      }),
    );
  });

  test('a mask where there are none', async () => {
    const policy = await plain;
    expect(() => policy.act([0, 0, 0, 0], { mask: [true, true] })).toThrow(
      'mask is given, but CartPole-v1 does not mask its actions (actionMask); leave it out',
    );
  });

  test.each<[string, (boolean | number)[] | undefined, string]>([
    ['no mask', undefined, 'mask is missing; Signals-v0 masks its actions, and a mask must have 5'],
    ['a short mask', [true, true], 'mask has 2 entries; Signals-v0 masks its actions'],
    ['another number', [1, 1, 2, 1, 1], 'mask[2] is 2; it must be true, false, 1 or 0'],
    [
      'a mask that forbids a whole choice',
      [true, true, true, false, false],
      'mask forbids all values of choice 1 (entries 3 to 4); it must allow at least one',
    ],
  ])('%s', async (_, mask, message) => {
    const policy = await masked;
    expect(() => policy.act(five, { mask })).toThrow(message);
  });

  test('one mask for a batch', async () => {
    const policy = await masked;
    const mask = [1, 1, 1, 1, 1] as unknown as number[][];
    expect(() => policy.act([five], { mask })).toThrow('mask must be a list of 1 masks');
  });

  test.each([-1, 2, 0.5])('agent %d of 2', async (agent) => {
    const saved = randomPolicy(cartpole, { numAgents: 2 });
    await expect(loadPolicy(saved, { agent })).rejects.toThrow(
      `agent is ${agent}; it must be an integer from 0 to 1, since the policy has 2 agents`,
    );
  });

  test('parameters of other networks', async () => {
    const saved = randomPolicy(cartpole);
    const other = { ...saved, config: { ...saved.config, hiddenSizes: [8] } };
    await expect(loadPolicy(other)).rejects.toMatchObject({
      name: 'ConfigError',
      message: expect.stringMatching(/the policy has \d+ parameters for 1 agents, but/),
    });
  });
});
