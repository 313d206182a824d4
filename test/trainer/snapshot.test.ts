/** A run that is restored from a snapshot goes on as if it had never stopped. */
import { describe, expect, test } from 'vitest';
import type { PpoConfig } from '../../src/config/ppo-config';
import { cartpole } from '../../src/environments/cartpole';
import { pendulum } from '../../src/environments/pendulum';
import { type KernelPlan, LAYERED } from '../../src/network/kernel-plan';
import { decodeCheckpoint } from '../../src/trainer/checkpoint';
import type { TrainerSnapshot } from '../../src/trainer/snapshot';
import type { Trainer } from '../../src/trainer/trainer';
import { expectClose } from '../reference/expect-close';
import { smallTrainer } from './training';

const BATCH = 60;
const ITERATIONS = 6;
const FUSED = { hiddenSizes: [7, 5] };

const run = (config: Partial<PpoConfig>, plan?: KernelPlan, environment = cartpole) =>
  smallTrainer({ ...config, totalTimesteps: BATCH * ITERATIONS }, environment, { plan });

/** As words, which tell 0 from -0 and one NaN from another. */
const wordsOf = ({ buffer, byteOffset, length }: Float32Array | Uint32Array): Uint32Array =>
  new Uint32Array(buffer, byteOffset, length);

/** The state without the clock; agents' metrics of the reports from here on. */
async function finish(trainer: Trainer) {
  const reports: unknown[] = [];
  for await (const { iteration, timesteps, agents } of trainer) {
    reports.push({ iteration, timesteps, agents });
  }
  const { tensors, counters } = await trainer.snapshot();
  const words = Object.entries(tensors).map(([name, { data }]) => [name, wordsOf(data)]);
  const evaluation = await trainer.evaluate({ episodes: 5 });
  trainer.destroy();
  return { reports, words, counters: { ...counters, seconds: 0 }, evaluation };
}

/**
 * Goes to the end from the snapshot in the body of iteration `at`, unbroken and in a new trainer.
 */
async function broken(at: number, first: Trainer, second: Trainer) {
  let snapshot: TrainerSnapshot | undefined;
  let evaluated: unknown;
  const reports: unknown[] = [];
  for await (const { iteration, timesteps, agents } of first) {
    if (iteration === at) {
      evaluated = await first.evaluate({ episodes: 3 });
      snapshot = await first.snapshot();
    }
    if (iteration > at) reports.push({ iteration, timesteps, agents });
  }
  expect(evaluated).toBeDefined();
  const rest = await finish(first);
  await second.restore(snapshot!);
  return { unbroken: { ...rest, reports }, resumed: await finish(second), snapshot: snapshot! };
}

const CASES: readonly (readonly [string, Partial<PpoConfig>, typeof cartpole])[] = [
  ['layered', {}, cartpole],
  ['fused', FUSED, cartpole],
  ['population', { ...FUSED, numAgents: 2, learningRate: [1e-3, 1e-2] }, cartpole],
  ['continuous, normalized', { ...FUSED, normObs: true, normReward: true }, pendulum],
  [
    'adaptive, with a reference policy',
    {
      ...{ ...FUSED, annealLr: 'kl-adaptive', refKlCoef: 0.1, refKlRewardCoef: 0.1, klCoef: 0.1 },
      ...{ targetKl: 0.05, recomputeAdvantages: true },
    },
    pendulum,
  ],
  ['shared trunk', { sharedTrunk: true, layerNorm: true, hiddenSizes: [9, 7] }, cartpole],
];

describe.each(CASES)('%s', (_, config, environment) => {
  test.each([1, 4])('restored after iteration %i, the rest is the same bit for bit', async (at) => {
    const first = await run(config, undefined, environment);
    const second = await run(config, undefined, environment);
    const { unbroken, resumed } = await broken(at, first, second);
    expect(unbroken.reports.length).toBe(ITERATIONS - at);
    expect(resumed).toEqual(unbroken);
  });
});

test.each([
  ['fused to layered', undefined, LAYERED],
  ['layered to fused', LAYERED, undefined],
] as const)('%s kernels, the rest agrees within rounding', async (_, before, after) => {
  const [first, second] = [await run(FUSED, before), await run(FUSED, after)];
  const { unbroken, resumed, snapshot } = await broken(4, first, second);
  const parametersOf = ({ words }: typeof resumed) =>
    new Float32Array((words.find(([name]) => name === 'parameters')![1] as Uint32Array).buffer);
  const begin = snapshot.tensors.parameters!.data;
  const [whole, half] = [parametersOf(unbroken), parametersOf(resumed)];
  expect(half).not.toEqual(begin);
  expectClose([...half], [...whole], 1e-3);
});

test('its layout does not depend on the kernels', async () => {
  const shapes = await Promise.all(
    [undefined, LAYERED].map(async (plan) => {
      const trainer = await run(FUSED, plan);
      const { tensors } = await trainer.snapshot();
      trainer.destroy();
      return Object.fromEntries(Object.entries(tensors).map(([name, { shape }]) => [name, shape]));
    }),
  );
  expect(shapes[0]).toEqual(shapes[1]);
});

test('the moments of the optimizer lie as the parameters do', async () => {
  const once = { ...FUSED, numMinibatches: 1, updateEpochs: 1, maxGradNorm: 1e9, adamEps: 1e-8 };
  const trainer = await run({ ...once, annealLr: false, learningRate: 1e-3 });
  const before = await trainer.parameters();
  for await (const _report of trainer) break;
  const { tensors } = await trainer.snapshot();
  trainer.destroy();
  const after = tensors.parameters!.data;
  const moments = tensors.optimizer!.data;
  expect(moments.length).toBe(2 * after.length);
  // The first step of Adam: -lr m / (1 - β1) / (sqrt(v / (1 - β2)) + eps)
  const expected = [...before].map((parameter, index) => {
    const [mean, square] = [moments[index]! / 0.1, moments[after.length + index]! / 0.001];
    return parameter - (1e-3 * mean) / (Math.sqrt(square) + 1e-8);
  });
  expectClose([...after], expected, 1e-5);
  expect(moments.some((moment) => moment !== 0)).toBe(true);
});

test('seconds go on from those of the snapshot', async () => {
  const trainer = await run({});
  const snapshot = await trainer.snapshot();
  await trainer.restore({ ...snapshot, counters: { ...snapshot.counters, seconds: 1000 } });
  for await (const { seconds } of trainer) {
    expect(seconds).toBeGreaterThan(1000);
    expect(seconds).toBeLessThan(1100);
  }
  trainer.destroy();
});

test('a trainer can go back to its own snapshot, even with iterations in flight', async () => {
  const trainer = await run(FUSED);
  let snapshot: TrainerSnapshot | undefined;
  for await (const { iteration } of trainer) {
    if (iteration === 2) snapshot = await trainer.snapshot();
    if (iteration === 4) break;
  }
  await trainer.restore(snapshot!);
  const again = await finish(trainer);
  const other = await run(FUSED);
  await other.restore(snapshot!);
  expect(again).toEqual(await finish(other));
  expect(again.reports.length).toBe(ITERATIONS - 2);
});

describe('the configuration', () => {
  test('goes with the snapshot, as far as it can change', async () => {
    const first = await run(FUSED);
    await first.setHyperparameters({ learningRate: 5e-4, totalTimesteps: 9 * BATCH });
    const snapshot = await first.snapshot();
    const second = await run({ ...FUSED, seed: 8, numMinibatches: 3 });
    await second.restore(snapshot);
    expect(second.config).toEqual({ ...first.config, numMinibatches: 3 });
    const third = await run(FUSED);
    await third.restore(snapshot);
    expect(await finish(third)).toEqual(await finish(first));
    second.destroy();
  });

  test('with which a state is saved is that of the snapshot', async () => {
    const trainer = await run(FUSED);
    const snapshot = await trainer.snapshot();
    await trainer.setHyperparameters({ learningRate: 5e-4 });
    const { config } = decodeCheckpoint(await trainer.save(snapshot)).snapshot;
    expect(config.learningRate).toBe(1e-3);
    trainer.destroy();
  });

  test.each<readonly [Partial<PpoConfig>, RegExp]>([
    [{ normObs: true }, /normObs is false and cannot change to true when a run is resumed/],
    [{ targetKl: 0.1 }, /targetKl: 0.1 → 0 turns a part of the iteration on or off/],
  ])('that needs other kernels is refused: %j', async (config, message) => {
    const [first, second] = [await run(FUSED), await run({ ...FUSED, ...config })];
    await expect(second.restore(await first.snapshot())).rejects.toThrow(message);
    first.destroy();
    second.destroy();
  });

  test('is that of the snapshot, whatever was asked for before', async () => {
    const trainer = await run(FUSED);
    const snapshot = await trainer.snapshot();
    const changed = trainer.setHyperparameters({ learningRate: 5e-4 });
    await trainer.restore(snapshot);
    await changed;
    expect(trainer.config.learningRate).toBe(1e-3);
    expect((await trainer.snapshot()).tensors.agents).toEqual(snapshot.tensors.agents);
    trainer.destroy();
  });
});

describe('the state before the last report', () => {
  test('is that after the report before', async () => {
    const trainer = await run(FUSED);
    let last = await trainer.snapshot();
    const withoutClock = ({ counters, ...rest }: TrainerSnapshot) => ({
      ...rest,
      counters: { ...counters, seconds: 0 },
    });
    for await (const _report of trainer) {
      expect(withoutClock(await trainer.snapshotBefore())).toEqual(withoutClock(last));
      last = await trainer.snapshot();
    }
    trainer.destroy();
  });

  test('stays there when iterations in flight are discarded', async () => {
    const trainer = await run(FUSED);
    for await (const { iteration } of trainer) if (iteration === 3) break;
    const before = await trainer.snapshotBefore();
    expect(before.counters.iteration).toBe(2);
    await trainer.setHyperparameters({ learningRate: 5e-4 });
    expect(await trainer.snapshotBefore()).toEqual(before);
    trainer.destroy();
  });

  test('is the restored state until there is a report', async () => {
    const trainer = await run(FUSED);
    for await (const { iteration } of trainer) if (iteration === 3) break;
    const snapshot = await trainer.snapshot();
    await trainer.restore(snapshot);
    expect(await trainer.snapshotBefore()).toEqual(snapshot);
    trainer.destroy();
  });
});

describe('is refused with nothing changed', () => {
  type Change = (snapshot: TrainerSnapshot) => TrainerSnapshot;
  const changeTensors =
    (change: (tensors: TrainerSnapshot['tensors']) => Record<string, unknown>): Change =>
    (snapshot) => ({
      ...snapshot,
      tensors: { ...snapshot.tensors, ...change(snapshot.tensors) } as TrainerSnapshot['tensors'],
    });
  const changeCounters =
    (change: Partial<TrainerSnapshot['counters']>): Change =>
    (snapshot) => ({ ...snapshot, counters: { ...snapshot.counters, ...change } });

  test.each<readonly [string, Change, RegExp]>([
    [
      'a tensor of another shape',
      changeTensors(({ parameters }) => ({ parameters: { ...parameters!, shape: [1, 3] } })),
      /parameters has the shape \[1, 3\] .*must be a Float32Array of the shape \[1, \d+\] \(numAgents/,
    ],
    [
      'a tensor of another length',
      changeTensors(({ faults }) => ({ faults: { ...faults!, data: new Uint32Array(2) } })),
      /faults has the shape \[1\] and 2 elements; it must be a Uint32Array of the shape \[1\]/,
    ],
    [
      'numbers of another kind',
      changeTensors(({ faults }) => ({ faults: { ...faults!, data: new Float32Array(1) } })),
      /faults.data is no Uint32Array/,
    ],
    [
      'an unknown tensor',
      changeTensors(({ parameters }) => ({ reference: parameters })),
      /has a tensor reference, which this run has not/,
    ],
    [
      'a missing tensor',
      ({ tensors: { optimizer: _, ...tensors }, ...rest }) => ({ ...rest, tensors }),
      /has no tensor optimizer/,
    ],
    [
      'an iteration beyond the run',
      changeCounters({ iteration: 7 }),
      /iteration is 7; it must be an integer from 0 to 6/,
    ],
    ['half an iteration', changeCounters({ iteration: 1.5 }), /iteration is 1.5; it must be/],
    ['a negative time', changeCounters({ seconds: -1 }), /seconds is -1; it must be/],
    ['half an evaluation', changeCounters({ evaluations: 0.5 }), /evaluations is 0.5; it must be/],
    ['lists of more agents', changeCounters({ recentEpisodes: [[], []] }), /is 2 lists; it must/],
    [
      'episodes that are not numbers',
      changeCounters({ recentEpisodes: [[{ count: 1, meanReturn: Number.NaN, meanLength: 1 }]] }),
      /recentEpisodes is \{"count":1,"meanReturn":null,"meanLength":1\}; it must be/,
    ],
  ])('%s', async (_, change, message) => {
    const trainer = await run({});
    const before = await trainer.snapshot();
    await expect(trainer.restore(change(before))).rejects.toMatchObject({ name: 'ConfigError' });
    await expect(trainer.restore(change(before))).rejects.toThrow(message);
    expect(await trainer.snapshot()).toEqual(before);
    trainer.destroy();
  });

  test('a snapshot within the loop', async () => {
    const trainer = await run({});
    for await (const _report of trainer) {
      const snapshot = await trainer.snapshot();
      await expect(trainer.restore(snapshot)).rejects.toMatchObject({ name: 'TrainerError' });
      break;
    }
    trainer.destroy();
  });
});
